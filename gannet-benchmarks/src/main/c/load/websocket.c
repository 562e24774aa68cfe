#define _GNU_SOURCE
#include "websocket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "load.h"

/* The example of RFC 6455, section 1.3. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { BINARY_AND_LAST = 0x82, MASKED = 0x80, LENGTH_16 = 126, LENGTH_64 = 127 };

uint32_t websocket_header_size(uint32_t payload)
{
    return payload < LENGTH_16 ? 2 : payload < 1 << 16 ? 4 : WEBSOCKET_HEADER;
}

uint32_t websocket_header(uint8_t *to, uint32_t payload, int masked)
{
    uint8_t mask = masked ? MASKED : 0;
    uint32_t size = websocket_header_size(payload);
    to[0] = BINARY_AND_LAST;
    if (size == 2) {
        to[1] = (uint8_t) (mask | payload);
    } else if (size == 4) {
        to[1] = mask | LENGTH_16;
        to[2] = (uint8_t) (payload >> 8);
        to[3] = (uint8_t) payload;
    } else {
        to[1] = mask | LENGTH_64;
        put64(to + 2, payload);
    }
    return size;
}

void websocket_mask(uint8_t *payload, size_t length, const uint8_t *mask)
{
    uint64_t twice, word;
    memcpy(&twice, mask, 4);
    memcpy((uint8_t *) &twice + 4, mask, 4);
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        memcpy(&word, payload + i, 8);
        word ^= twice;
        memcpy(payload + i, &word, 8);
    }
    for (; i < length; i++)
        payload[i] ^= mask[i & 3];
}

void websocket_open(uint32_t number, int fd)
{
    char text[2048];
    int length = snprintf(text, sizeof text,
                          "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\n", options.port);
    if (send(fd, text, (size_t) length, MSG_NOSIGNAL) != length)
        die("send on connection %u: %s", number, strerror(errno));
    /* Byte by byte, so that nothing behind the answer is taken. */
    size_t got = 0;
    do {
        if (got == sizeof text - 1)
            die("connection %u: the answer to the handshake is too long", number);
        receive(number, fd, text + got, 1);
        text[++got] = 0;
    } while (got < 4 || memcmp(text + got - 4, "\r\n\r\n", 4) != 0);
    if (strncmp(text, "HTTP/1.1 101 ", 13) != 0 || strstr(text, ": " ACCEPT "\r\n") == NULL)
        die("connection %u: no WebSocket was opened: %s", number, text);
}
