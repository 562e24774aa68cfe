/* What a run cost: processor time of the server and of this process, and what the processors did in total. */
#ifndef METER_H
#define METER_H

#include <stdint.h>
#include <sys/types.h>

enum { MAX_CPUS = 1024 };

struct meter {
    uint64_t at;                /* ns, monotonic */
    uint64_t server_cpu;        /* ns */
    uint64_t server_user;       /* clock ticks: only their ratio is used */
    uint64_t server_system;
    uint64_t load_cpu;          /* ns */
    uint64_t load_waited;       /* ns that this thread was ready to run and did not */
    int cpus;
    uint64_t busy[MAX_CPUS];    /* clock ticks that each processor was not idle */
    uint64_t stolen[MAX_CPUS];  /* clock ticks that the hypervisor gave to others */
};

uint64_t now_ns(void);

/* Processor time of all threads of the server, also of those that have ended, in ns; zero if there is no such process. */
uint64_t server_cpu(pid_t server);

void meter_read(struct meter *m, pid_t server);

/* Prints what happened between two readings, a name and its values on each line. */
void meter_print(const struct meter *from, const struct meter *to);

#endif
