/* The load generator: one thread, one epoll. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "histogram.h"
#include "meter.h"

enum wire { PLAIN, WEBSOCKET, TLS };
enum workload { ECHO, SINK, FANOUT, POUR, CHURN, IDLE };

struct options {
    enum workload workload;
    enum wire wire;         /* what else than ECHO there is, is on PLAIN only */
    int port;
    pid_t server;
    uint32_t size;          /* of the payload */
    uint32_t depth;         /* messages in flight per connection */
    uint32_t connections;
    uint32_t threads;       /* how many of the server's threads send, for POUR */
    double rate;            /* messages per second over all connections; 0 sends as fast as depth allows */
    double warmup;          /* seconds */
    double seconds;
};

struct connection {
    int fd;
    void *tls;              /* NULL if there is none */
    uint32_t id;
    uint64_t sent;          /* messages handed to the socket whole */
    uint32_t sent_part;     /* bytes of the next one already handed over */
    uint64_t allowed;       /* how many may have been sent by now */
    uint64_t received;
    uint32_t received_part;
    uint8_t head[MAX_PREFIX + STAMP_BYTES];
    bool wants_write;
    uint64_t *times;        /* when each message in flight was sent, by number modulo depth */
};

extern struct options options;
extern struct histogram latencies;
extern struct histogram delays; /* how late the messages of an open loop left */

void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Connects from one of several loopback addresses, so that many connections find a free port. */
int connect_to_server(uint32_t number, bool wait);

/* Waits for bytes on a non-blocking socket. */
void receive(uint32_t number, int fd, void *to, size_t length);

/* Waits for bytes on a non-blocking socket, and checks them. */
void receive_exactly(uint32_t number, int fd, const uint8_t *right, size_t length);

/* Reads the meter at the ends of the time that counts. */
enum phase { WARMING, MEASURING, OVER };
enum phase phase_at(uint64_t now);
bool phase_just_began_measuring(void);
void report(uint64_t messages);

void run_stream(void);
void run_churn(void);
void run_idle(void);

#endif
