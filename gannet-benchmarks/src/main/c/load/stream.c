/* The workloads on connections that stay: echo, sink, fanout and pour. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "load.h"
#include "tls.h"

enum { SCRATCH = 256 * 1024, EVENTS = 1024, SINK_WINDOWS = 4, COUNT_BYTES = 8, INTRODUCTIONS = 64 };

static int epoll;
static struct connection *connections;
static uint8_t scratch[SCRATCH + MAX_PAYLOAD + MAX_PREFIX];
static uint64_t messages;

/* What stands before the payload of an answer, in bytes. */
static uint32_t answer_prefix;

/* SINK: after this many messages comes a question, which the server answers with how many it has counted. */
static uint32_t sink_window;

/* FANOUT: how many connections have received a message in flight, by number modulo depth. */
static uint32_t *arrived;

/* POUR: the number that is expected next from each of the server's threads. */
static uint64_t *expected;

/* Open loop. */
static uint64_t schedule_start;
static uint64_t scheduled;

static uint64_t intended(uint64_t global)
{
    return schedule_start + (uint64_t) ((double) global * 1e9 / options.rate);
}

static bool is_question(uint64_t number)
{
    return options.workload == SINK && number % (sink_window + 1) == sink_window;
}

static uint32_t payload_of(uint64_t number)
{
    if (options.workload == POUR || is_question(number))
        return options.workload == POUR ? STAMP_BYTES : COUNT_BYTES;
    return options.size;
}

static uint32_t frame_size(uint64_t number)
{
    uint32_t payload = payload_of(number);
    return frame_prefix(options.wire == WEBSOCKET, payload) + payload;
}

static void want_write(struct connection *c, bool on)
{
    if (c->wants_write == on)
        return;
    c->wants_write = on;
    struct epoll_event event = { .events = on ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = c };
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event) != 0)
        die("epoll: %s", strerror(errno));
}

static size_t write_frame(uint8_t *to, const struct connection *c, uint64_t number)
{
    uint32_t payload = payload_of(number);
    if (options.workload == POUR) {
        /* The order to begin: how large, and by how many threads. */
        frame_head(to, payload, options.size, options.threads);
        return HEAD_BYTES;
    }
    if (payload == COUNT_BYTES) {
        put32(to, payload);
        put64(to + LENGTH_BYTES, number);
        return LENGTH_BYTES + COUNT_BYTES;
    }
    if (options.wire == WEBSOCKET)
        frame_masked(to, payload, c->id, number);
    else
        frame_whole(to, payload, c->id, number);
    return frame_size(number);
}

static ssize_t send_some(struct connection *c, const uint8_t *bytes, size_t length)
{
    return c->tls != NULL ? tls_send(c->tls, bytes, length) : send(c->fd, bytes, length, MSG_NOSIGNAL);
}

static ssize_t receive_some(struct connection *c, uint8_t *bytes, size_t length)
{
    return c->tls != NULL ? tls_receive(c->tls, bytes, length) : recv(c->fd, bytes, length, 0);
}

static void send_allowed(struct connection *c)
{
    while (c->sent < c->allowed) {
        size_t filled = 0;
        uint64_t now = now_ns();
        for (uint64_t number = c->sent; number < c->allowed && filled < SCRATCH; number++) {
            filled += write_frame(scratch + filled, c, number);
            if (options.rate > 0)
                histogram_add(&delays, now - intended(number * options.connections + c->id));
            else if (c->times != NULL && (number > c->sent || c->sent_part == 0))
                c->times[number % options.depth] = now;
        }
        filled -= c->sent_part;
        ssize_t taken = send_some(c, scratch + c->sent_part, filled);
        if (taken < 0) {
            if (errno != EAGAIN)
                die("send on connection %u: %s", c->id, strerror(errno));
            taken = 0;
        }
        size_t done = c->sent_part + (size_t) taken;
        size_t frame = 0;
        while (c->sent < c->allowed && done >= (frame = frame_size(c->sent))) {
            done -= frame;
            c->sent++;
        }
        c->sent_part = (uint32_t) done;
        if ((size_t) taken < filled) {
            want_write(c, true);
            return;
        }
    }
    want_write(c, false);
}

/* Checks the first bytes of a message, tells its payload's size, and where the rest of it stands to be compared. */
static uint32_t check_head(const struct connection *c, const uint8_t *head, const uint8_t **tail)
{
    uint32_t sender = c->id;
    uint64_t number = c->received;
    if (options.workload == SINK) {
        uint64_t count = get64(head + LENGTH_BYTES), right = (number + 1) * sink_window;
        if (get32(head) != COUNT_BYTES || count != right)
            die("connection %u: the server counted %lu messages where %lu had been sent", c->id, count, right);
        return COUNT_BYTES;
    }
    if (options.workload == POUR) {
        sender = get32(head + 4);
        if (sender >= options.threads)
            die("connection %u: a message from thread %u of %u", c->id, sender, options.threads);
        number = expected[sender]++;
    } else if (options.workload == FANOUT) {
        sender = 0;
    }
    uint8_t right[MAX_PREFIX + STAMP_BYTES];
    const uint8_t *stamp = head + answer_prefix;
    frame_answer_head(options.wire == WEBSOCKET, right, options.size, sender, number);
    if (memcmp(right, head, answer_prefix + STAMP_BYTES) != 0)
        die("connection %u: expected message %lu of %u with %u bytes, got message %lu of %u, or another size", c->id,
            number, sender, options.size, get64(stamp + 4), get32(stamp));
    *tail = frame_tail(sender, number);
    return options.size;
}

static void message_arrived(struct connection *c, uint64_t now)
{
    uint64_t number = c->received++;
    switch (options.workload) {
    case ECHO:
        if (options.rate > 0) {
            histogram_add(&latencies, now - intended(number * options.connections + c->id));
        } else {
            histogram_add(&latencies, now - c->times[number % options.depth]);
            c->allowed++;
        }
        messages++;
        break;
    case SINK:
        c->allowed += sink_window + 1;
        messages += sink_window;
        break;
    case FANOUT:
        histogram_add(&latencies, now - connections[0].times[number % options.depth]);
        messages++;
        if (++arrived[number % options.depth] == options.connections) {
            arrived[number % options.depth] = 0;
            connections[0].allowed++;
        }
        break;
    default:
        messages++;
        break;
    }
}

static void check(struct connection *c, const uint8_t *bytes, size_t length, uint64_t now)
{
    const size_t head_bytes = answer_prefix + (options.workload == SINK ? COUNT_BYTES : STAMP_BYTES);
    while (length > 0) {
        const uint8_t *tail = NULL;
        if (c->received_part == 0 && length >= head_bytes) {
            uint32_t payload = check_head(c, bytes, &tail);
            if (length >= answer_prefix + payload) {
                if (tail != NULL && memcmp(bytes + head_bytes, tail, payload - STAMP_BYTES) != 0)
                    die("connection %u: message %lu has other bytes than were sent", c->id, c->received);
                bytes += answer_prefix + payload;
                length -= answer_prefix + payload;
                message_arrived(c, now);
                continue;
            }
            memcpy(c->head, bytes, head_bytes);
            bytes += head_bytes;
            length -= head_bytes;
            c->received_part = (uint32_t) head_bytes;
        }
        if (c->received_part < head_bytes) {
            size_t part = head_bytes - c->received_part;
            part = part < length ? part : length;
            memcpy(c->head + c->received_part, bytes, part);
            bytes += part;
            length -= part;
            c->received_part += (uint32_t) part;
            if (c->received_part < head_bytes)
                return;
            check_head(c, c->head, &tail);
        }
        uint32_t payload = options.workload == SINK ? COUNT_BYTES : options.size;
        size_t part = answer_prefix + payload - c->received_part;
        part = part < length ? part : length;
        if (part > 0) {
            tail = frame_tail(get32(c->head + answer_prefix), get64(c->head + answer_prefix + 4));
            if (memcmp(bytes, tail + c->received_part - head_bytes, part) != 0)
                die("connection %u: message %lu has other bytes than were sent", c->id, c->received);
            bytes += part;
            length -= part;
            c->received_part += (uint32_t) part;
        }
        if (c->received_part == answer_prefix + payload) {
            c->received_part = 0;
            message_arrived(c, now);
        }
    }
}

static void receive_answers(struct connection *c)
{
    do {
        ssize_t got = receive_some(c, scratch, SCRATCH);
        if (got == 0)
            die("connection %u: the server closed it", c->id);
        if (got < 0) {
            if (errno != EAGAIN)
                die("receive on connection %u: %s", c->id, strerror(errno));
            break;
        }
        check(c, scratch, (size_t) got, now_ns());
    } while (c->tls != NULL && tls_has_more(c->tls));
    struct connection *sender = options.workload == FANOUT ? &connections[0] : c;
    if (options.rate == 0 && !sender->wants_write)
        send_allowed(sender);
}

static void send_scheduled(uint64_t now)
{
    while (intended(scheduled) <= now) {
        struct connection *c = &connections[scheduled++ % options.connections];
        c->allowed++;
        if (!c->wants_write)
            send_allowed(c);
    }
}

/*
 * FANOUT: the server must know a connection before its messages can be expected there. So the newest one sends a message, which
 * comes back on it and on all before it; of many, only about INTRODUCTIONS do, as servers accept in order.
 */
static void introduce(uint32_t newest)
{
    size_t length = LENGTH_BYTES + STAMP_BYTES;
    frame_head(scratch, STAMP_BYTES, newest, 0);
    if (send(connections[newest].fd, scratch, length, MSG_NOSIGNAL) != (ssize_t) length)
        die("send on connection %u: %s", newest, strerror(errno));
    for (uint32_t i = 0; i <= newest; i++)
        receive_exactly(i, connections[i].fd, scratch, length);
}

static void prepare(void)
{
    answer_prefix = frame_answer_prefix(options.wire == WEBSOCKET, options.size);
    sink_window = SCRATCH / (options.size + LENGTH_BYTES);
    sink_window = sink_window < 1 ? 1 : sink_window > 1024 ? 1024 : sink_window;
    arrived = calloc(options.depth, sizeof *arrived);
    expected = calloc(options.threads, sizeof *expected);
    connections = calloc(options.connections, sizeof *connections);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t i = 0; i < options.connections; i++) {
        struct connection *c = &connections[i];
        c->id = i;
        c->fd = connect_to_server(i, true);
        if (options.wire == WEBSOCKET)
            websocket_open(i, c->fd);
        if (options.wire == TLS)
            c->tls = tls_open(i, c->fd);
        if (options.workload == ECHO || (options.workload == FANOUT && i == 0))
            c->times = calloc(options.depth, sizeof *c->times);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
            die("epoll: %s", strerror(errno));
        if (options.workload == FANOUT && (i % (1 + options.connections / INTRODUCTIONS) == 0 || i + 1 == options.connections))
            introduce(i);
    }
}

static uint64_t first_allowance(uint32_t connection)
{
    switch (options.workload) {
    case SINK: return (uint64_t) SINK_WINDOWS * (sink_window + 1);
    case FANOUT: return connection == 0 ? options.depth : 0;
    case POUR: return 1;
    default: return options.rate > 0 ? 0 : options.depth;
    }
}

void run_stream(void)
{
    static struct epoll_event events[EVENTS];
    prepare();
    uint64_t counted_from = 0;
    uint64_t now = now_ns();
    schedule_start = now;
    for (uint32_t i = 0; i < options.connections; i++) {
        connections[i].allowed = first_allowance(i);
        send_allowed(&connections[i]);
    }
    while (phase_at(now) != OVER) {
        if (phase_just_began_measuring())
            counted_from = messages;
        int ready = epoll_wait(epoll, events, EVENTS, options.rate > 0 ? 0 : 100);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT)
                send_allowed(c);
            if (events[i].events & ~(uint32_t) EPOLLOUT)
                receive_answers(c);
        }
        now = now_ns();
        if (options.rate > 0)
            send_scheduled(now);
    }
    report(messages - counted_from);
}
