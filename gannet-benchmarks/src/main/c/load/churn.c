/* Connections that come, exchange one message, and go. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

struct visit {
    int fd;
    uint32_t number;
    uint32_t received;
    bool sent;
    uint64_t began;
};

static int epoll;
static uint32_t begun;
static uint8_t frame[LENGTH_BYTES + MAX_PAYLOAD];
static uint8_t answer[LENGTH_BYTES + MAX_PAYLOAD];

static void begin(struct visit *v)
{
    v->number = begun++;
    v->received = 0;
    v->sent = false;
    v->began = now_ns();
    v->fd = connect_to_server(v->number, false);
    struct epoll_event event = { .events = EPOLLOUT, .data.ptr = v };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, v->fd, &event) != 0)
        die("epoll: %s", strerror(errno));
}

static void send_one(struct visit *v)
{
    frame_whole(frame, options.size, v->number, 0);
    ssize_t length = LENGTH_BYTES + options.size;
    if (send(v->fd, frame, (size_t) length, MSG_NOSIGNAL) != length)
        die("send on connection %u: %s", v->number, strerror(errno));
    v->sent = true;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = v };
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, v->fd, &event) != 0)
        die("epoll: %s", strerror(errno));
}

/* Returns whether the whole answer has come. A part that came earlier has been checked already. */
static bool receive_one(struct visit *v)
{
    ssize_t got = recv(v->fd, answer, LENGTH_BYTES + options.size, 0);
    if (got <= 0)
        die("receive on connection %u: %s", v->number, got == 0 ? "the server closed it" : strerror(errno));
    frame_whole(frame, options.size, v->number, 0);
    if (v->received + (uint32_t) got > LENGTH_BYTES + options.size
            || memcmp(answer, frame + v->received, (size_t) got) != 0)
        die("connection %u: the answer has other bytes than were sent", v->number);
    v->received += (uint32_t) got;
    return v->received == LENGTH_BYTES + options.size;
}

void run_churn(void)
{
    static struct epoll_event events[1024];
    struct visit *visits = calloc(options.connections, sizeof *visits);
    uint64_t done = 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t i = 0; i < options.connections; i++)
        begin(&visits[i]);
    while (phase_at(now_ns()) != OVER) {
        if (phase_just_began_measuring())
            done = 0;
        int ready = epoll_wait(epoll, events, 1024, 100);
        for (int i = 0; i < ready; i++) {
            struct visit *v = events[i].data.ptr;
            if (!v->sent) {
                send_one(v);
            } else if (receive_one(v)) {
                close(v->fd);
                histogram_add(&latencies, now_ns() - v->began);
                done++;
                begin(v);
            }
        }
    }
    report(done);
}
