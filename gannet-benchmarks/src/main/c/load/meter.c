#define _GNU_SOURCE
#include "meter.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec : 0;
}

uint64_t now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t server_cpu(pid_t server)
{
    clockid_t clock;
    return server > 0 && clock_getcpuclockid(server, &clock) == 0 ? clock_ns(clock) : 0;
}

static void read_server(struct meter *m, pid_t pid)
{
    if (pid <= 0)
        return;
    m->server_cpu = server_cpu(pid);
    char path[64], line[2048];
    snprintf(path, sizeof path, "/proc/%d/stat", (int) pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return;
    size_t length = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[length] = 0;
    /* The program's name, in parentheses, may hold anything: the fields are counted from its end. */
    char *fields = strrchr(line, ')');
    unsigned long user = 0, system = 0;
    if (fields != NULL
            && sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
        m->server_user = user;
        m->server_system = system;
    }
}

static void read_cpus(struct meter *m)
{
    char line[512];
    FILE *f = fopen("/proc/stat", "r");
    if (f == NULL)
        return;
    while (fgets(line, sizeof line, f) != NULL) {
        int cpu;
        unsigned long user, nice, system, idle, iowait, irq, softirq, steal;
        if (sscanf(line, "cpu%d %lu %lu %lu %lu %lu %lu %lu %lu", &cpu, &user, &nice, &system, &idle, &iowait, &irq,
                   &softirq, &steal) != 9 || cpu >= MAX_CPUS)
            continue;
        m->busy[cpu] = user + nice + system + irq + softirq + steal;
        m->stolen[cpu] = steal;
        if (cpu >= m->cpus)
            m->cpus = cpu + 1;
    }
    fclose(f);
}

static void read_waited(struct meter *m)
{
    unsigned long ran, waited;
    FILE *f = fopen("/proc/self/schedstat", "r");
    if (f == NULL)
        return;
    if (fscanf(f, "%lu %lu", &ran, &waited) == 2)
        m->load_waited = waited;
    fclose(f);
}

void meter_read(struct meter *m, pid_t server)
{
    memset(m, 0, sizeof *m);
    read_cpus(m);
    read_waited(m);
    read_server(m, server);
    m->load_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    m->at = now_ns();
}

void meter_print(const struct meter *from, const struct meter *to)
{
    printf("ns %lu\n", to->at - from->at);
    printf("serverCpuNs %lu\n", to->server_cpu - from->server_cpu);
    printf("serverUserTicks %lu\n", to->server_user - from->server_user);
    printf("serverSystemTicks %lu\n", to->server_system - from->server_system);
    printf("loadCpuNs %lu\n", to->load_cpu - from->load_cpu);
    printf("loadWaitedNs %lu\n", to->load_waited - from->load_waited);
    printf("busyTicks");
    for (int i = 0; i < to->cpus; i++)
        printf(" %lu", to->busy[i] - from->busy[i]);
    printf("\nstolenTicks");
    for (int i = 0; i < to->cpus; i++)
        printf(" %lu", to->stolen[i] - from->stolen[i]);
    printf("\n");
}
