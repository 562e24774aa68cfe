/*
 * Connections that are only there. Says "connected" when they are, waits for a line, sends one message on each and checks
 * the answers, says "answered", and waits for another line or the end of its input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "load.h"

static uint8_t frame[LENGTH_BYTES + MAX_PAYLOAD];

static void say(const char *what)
{
    char line[64];
    puts(what);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL)
        exit(0);
}

static void exchange(uint32_t number, int fd)
{
    size_t length = LENGTH_BYTES + options.size;
    frame_whole(frame, options.size, number, 0);
    if (send(fd, frame, length, MSG_NOSIGNAL) != (ssize_t) length)
        die("send on connection %u: %s", number, strerror(errno));
    receive_exactly(number, fd, frame, length);
}

void run_idle(void)
{
    int *fds = calloc(options.connections, sizeof *fds);
    for (uint32_t i = 0; i < options.connections; i++)
        fds[i] = connect_to_server(i, true);
    say("connected");
    for (uint32_t i = 0; i < options.connections; i++)
        exchange(i, fds[i]);
    say("answered");
}
