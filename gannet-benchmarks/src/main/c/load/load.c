/* What all workloads have in common: connections, the phases of a run, and its report. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct options options = { .workload = ECHO, .wire = PLAIN, .size = 64, .depth = 1, .connections = 1, .threads = 1, .warmup = 1,
                           .seconds = 1 };
struct histogram latencies;
struct histogram delays;

static struct meter at_start, at_end;
static uint64_t measure_from, latest_from, measure_to;
static enum phase phase = WARMING;
static bool just_began;

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

int connect_to_server(uint32_t number, bool wait)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("no socket for connection %u: %s", number, strerror(errno));
    int on = 1;
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + number % 16) };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                              .sin_port = htons((uint16_t) options.port) };
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *) &from, sizeof from) != 0)
        die("bind for connection %u: %s", number, strerror(errno));
    if (!wait && fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        die("non-blocking: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *) &to, sizeof to) != 0 && (wait || errno != EINPROGRESS))
        die("connection %u to port %d: %s", number, options.port, strerror(errno));
    if (wait && fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        die("non-blocking: %s", strerror(errno));
    return fd;
}

void receive(uint32_t number, int fd, void *to, size_t length)
{
    size_t received = 0;
    while (received < length) {
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        if (poll(&wait, 1, 10000) != 1)
            die("connection %u: no answer in ten seconds", number);
        ssize_t got = recv(fd, (uint8_t *) to + received, length - received, 0);
        if (got <= 0)
            die("receive on connection %u: %s", number, got == 0 ? "the server closed it" : strerror(errno));
        received += (size_t) got;
    }
}

void receive_exactly(uint32_t number, int fd, const uint8_t *right, size_t length)
{
    static uint8_t bytes[LENGTH_BYTES + MAX_PAYLOAD];
    receive(number, fd, bytes, length);
    if (memcmp(bytes, right, length) != 0)
        die("connection %u: the answer has other bytes than were sent", number);
}

/*
 * Where others hold the server's core, it is not warm after the usual time: it must also have had the processor for most of
 * that, or else it gets longer.
 */
static bool is_warm(uint64_t now)
{
    static uint64_t cpu_at_start;
    if (measure_from == 0) {
        cpu_at_start = server_cpu(options.server);
        measure_from = now + (uint64_t) (options.warmup * 1e9);
        latest_from = now + (uint64_t) (options.warmup * 5e9);
    }
    if (now < measure_from)
        return false;
    if (options.rate == 0 && server_cpu(options.server) - cpu_at_start < (uint64_t) (options.warmup * 0.8e9)
            && now < latest_from) {
        measure_from = now + 50000000;
        return false;
    }
    return true;
}

enum phase phase_at(uint64_t now)
{
    if (phase == WARMING && is_warm(now)) {
        measure_to = now_ns() + (uint64_t) (options.seconds * 1e9);
        histogram_clear(&latencies);
        histogram_clear(&delays);
        meter_read(&at_start, options.server);
        phase = MEASURING;
        just_began = true;
    } else if (phase == MEASURING && now >= measure_to) {
        meter_read(&at_end, options.server);
        phase = OVER;
    }
    return phase;
}

bool phase_just_began_measuring(void)
{
    bool answer = just_began;
    just_began = false;
    return answer;
}

static void print_histogram(const char *name, const struct histogram *h)
{
    printf("%s %lu %lu %lu %lu %lu %lu\n", name, h->total, histogram_at(h, 0.5), histogram_at(h, 0.9),
           histogram_at(h, 0.99), histogram_at(h, 0.999), h->max);
}

void report(uint64_t messages)
{
    printf("messages %lu\n", messages);
    meter_print(&at_start, &at_end);
    print_histogram("latencyNs", &latencies);
    print_histogram("delayNs", &delays);
}
