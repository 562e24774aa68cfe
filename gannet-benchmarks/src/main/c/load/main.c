/*
 * Usage: load --port N [--pid N] [--workload echo|sink|fanout|pour|churn|idle] [--wire plain|websocket|tls]
 *             [--size BYTES] [--depth N] [--connections N] [--threads N] [--rate PER_SECOND] [--warmup SECONDS]
 *             [--seconds SECONDS]
 *
 * Prints a name and its values on each line; of latencies how many there were, their median, 90th, 99th and 99.9th
 * percentile, and the largest. Ends with status 1, and a line on stderr, when a byte that comes back is not the expected one.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static enum workload workload_named(const char *name)
{
    static const char *const names[] = { "echo", "sink", "fanout", "pour", "churn", "idle" };
    for (int i = 0; i <= IDLE; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum workload) i;
    die("no workload is called %s", name);
}

static enum wire wire_named(const char *name)
{
    static const char *const names[] = { "plain", "websocket", "tls" };
    for (int i = 0; i <= TLS; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum wire) i;
    die("no wire is called %s", name);
}

static void parse(int argc, char **argv)
{
    static const struct option known[] = {
        { "workload", required_argument, NULL, 'w' }, { "wire", required_argument, NULL, 'l' },
        { "port", required_argument, NULL, 'p' },
        { "pid", required_argument, NULL, 'i' }, { "size", required_argument, NULL, 's' },
        { "depth", required_argument, NULL, 'd' }, { "connections", required_argument, NULL, 'c' },
        { "threads", required_argument, NULL, 't' }, { "rate", required_argument, NULL, 'r' },
        { "warmup", required_argument, NULL, 'u' }, { "seconds", required_argument, NULL, 'e' }, { 0 } };
    int option;
    while ((option = getopt_long_only(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'w': options.workload = workload_named(optarg); break;
        case 'l': options.wire = wire_named(optarg); break;
        case 'p': options.port = atoi(optarg); break;
        case 'i': options.server = atoi(optarg); break;
        case 's': options.size = (uint32_t) atoi(optarg); break;
        case 'd': options.depth = (uint32_t) atoi(optarg); break;
        case 'c': options.connections = (uint32_t) atoi(optarg); break;
        case 't': options.threads = (uint32_t) atoi(optarg); break;
        case 'r': options.rate = atof(optarg); break;
        case 'u': options.warmup = atof(optarg); break;
        case 'e': options.seconds = atof(optarg); break;
        default: exit(2);
        }
    }
    if (options.port <= 0 || options.size < STAMP_BYTES || options.size > MAX_PAYLOAD || options.depth < 1
            || options.connections < 1)
        die("--port is needed, --size from %d to %d, --depth and --connections above 0", STAMP_BYTES, MAX_PAYLOAD);
    if (options.wire != PLAIN && options.workload != ECHO)
        die("--wire is for --workload echo");
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    parse(argc, argv);
    frame_init();
    switch (options.workload) {
    case CHURN: run_churn(); break;
    case IDLE: run_idle(); break;
    default: run_stream(); break;
    }
    return 0;
}
