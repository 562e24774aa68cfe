/*
 * The floor that every other server is measured against: one thread, one epoll, no library. It does what a careful
 * programmer would do for this protocol and nothing else: each readable socket is read once into one buffer that all
 * share, every whole message in it is taken apart and answered into another, and the answers leave with one write.
 *
 * Usage: server echo|sink|fanout        prints "listening PORT"
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, EVENTS = 1024, MAX_PAYLOAD = 4 * 1024 * 1024, COUNT_BYTES = 8 };

struct bytes {
    uint8_t *at;
    size_t length;
    size_t capacity;
};

struct connection {
    int fd;
    bool wants_write;
    uint64_t counted;
    struct bytes partial;   /* the beginning of a message whose end has not come */
    struct bytes pending;   /* answers that the socket did not take */
    struct connection *next, *previous;
};

static enum { ECHO, SINK, FANOUT } mode;
static int epoll;
static struct connection *all;
static struct bytes in, out;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void append(struct bytes *b, const uint8_t *from, size_t length)
{
    if (b->length + length > b->capacity) {
        b->capacity = (b->length + length) * 2;
        b->at = realloc(b->at, b->capacity);
        if (b->at == NULL)
            fail("memory");
    }
    memcpy(b->at + b->length, from, length);
    b->length += length;
}

static void drop(struct bytes *b)
{
    free(b->at);
    memset(b, 0, sizeof *b);
}

static void watch(struct connection *c)
{
    bool write = c->pending.length > 0;
    if (write == c->wants_write)
        return;
    c->wants_write = write;
    /* Who doesn't take its answers is not read. */
    struct epoll_event event = { .events = write ? EPOLLOUT : EPOLLIN, .data.ptr = c };
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event) != 0)
        fail("epoll_ctl");
}

static void close_connection(struct connection *c)
{
    if (c->previous != NULL)
        c->previous->next = c->next;
    else
        all = c->next;
    if (c->next != NULL)
        c->next->previous = c->previous;
    close(c->fd);
    drop(&c->partial);
    drop(&c->pending);
    free(c);
}

/* Returns false if the connection is broken. */
static bool deliver(struct connection *c, const uint8_t *from, size_t length)
{
    if (length == 0)
        return true;
    if (c->pending.length > 0) {
        append(&c->pending, from, length);
        return true;
    }
    ssize_t taken = send(c->fd, from, length, MSG_NOSIGNAL);
    if (taken < 0) {
        if (errno != EAGAIN)
            return false;
        taken = 0;
    }
    if ((size_t) taken < length) {
        append(&c->pending, from + taken, length - (size_t) taken);
        watch(c);
    }
    return true;
}

static void flush_pending(struct connection *c)
{
    ssize_t taken = send(c->fd, c->pending.at, c->pending.length, MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN) {
        close_connection(c);
        return;
    }
    if (taken > 0) {
        c->pending.length -= (size_t) taken;
        memmove(c->pending.at, c->pending.at + taken, c->pending.length);
    }
    if (c->pending.length == 0)
        drop(&c->pending);
    watch(c);
}

static void handle(struct connection *c, const uint8_t *message, uint32_t payload)
{
    if (mode != SINK) {
        append(&out, message, 4 + payload);
    } else if (payload != COUNT_BYTES) {
        c->counted++;
    } else {
        uint64_t count = __builtin_bswap64(c->counted);
        append(&out, message, 4);
        append(&out, (const uint8_t *) &count, COUNT_BYTES);
    }
}

/* Handles every whole message, and returns how many bytes those were, or -1 for a length that can't be right. */
static ssize_t take_apart(struct connection *c, const uint8_t *bytes, size_t length)
{
    size_t done = 0;
    while (length - done >= 4) {
        uint32_t payload;
        memcpy(&payload, bytes + done, 4);
        payload = __builtin_bswap32(payload);
        if (payload > MAX_PAYLOAD)
            return -1;
        if (length - done < 4 + (size_t) payload)
            break;
        handle(c, bytes + done, payload);
        done += 4 + (size_t) payload;
    }
    return (ssize_t) done;
}

static bool answer(struct connection *c)
{
    bool alive = true;
    if (mode != FANOUT) {
        alive = deliver(c, out.at, out.length);
    } else if (out.length > 0) {
        for (struct connection *each = all; each != NULL; each = each->next)
            if (!deliver(each, out.at, out.length) && each == c)
                alive = false;
    }
    out.length = 0;
    return alive;
}

static void receive(struct connection *c)
{
    ssize_t got = recv(c->fd, in.at, CHUNK, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        close_connection(c);
        return;
    }
    ssize_t done;
    if (c->partial.length == 0) {
        done = take_apart(c, in.at, (size_t) got);
        if (done >= 0 && done < got)
            append(&c->partial, in.at + done, (size_t) (got - done));
    } else {
        append(&c->partial, in.at, (size_t) got);
        done = take_apart(c, c->partial.at, c->partial.length);
        if (done > 0) {
            c->partial.length -= (size_t) done;
            memmove(c->partial.at, c->partial.at + done, c->partial.length);
            if (c->partial.length == 0)
                drop(&c->partial);
        }
    }
    if (done < 0 || !answer(c))
        close_connection(c);
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = calloc(1, sizeof *c);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
        c->fd = fd;
        c->next = all;
        if (all != NULL)
            all->previous = c;
        all = c;
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
            fail("epoll_ctl");
    }
}

static int listen_anywhere(void)
{
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *) &address, sizeof address) != 0 || listen(listener, 4096) != 0
            || getsockname(listener, (struct sockaddr *) &address, &size) != 0)
        fail("listen");
    printf("listening %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    const char *name = argc > 1 ? argv[1] : "echo";
    mode = strcmp(name, "sink") == 0 ? SINK : strcmp(name, "fanout") == 0 ? FANOUT : ECHO;
    signal(SIGPIPE, SIG_IGN);
    in.at = malloc(CHUNK);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_anywhere();
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0)
        fail("epoll_ctl");
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == NULL)
                accept_all(listener);
            else if (c->wants_write)
                flush_pending(c);
            else
                receive(c);
        }
    }
}
