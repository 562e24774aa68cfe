/*
 * The messages of a benchmark: a 4-byte big-endian length (or a header of WebSocket), and a payload whose every byte is
 * known in advance from who sent it and which one it is, so that whoever receives it can check it without having kept it.
 *
 * payload: u32 sender, u64 number (both big-endian), then bytes of the pattern from an offset that depends on both.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "websocket.h"

enum {
    LENGTH_BYTES = 4,
    STAMP_BYTES = 12,
    HEAD_BYTES = LENGTH_BYTES + STAMP_BYTES,
    MAX_PREFIX = WEBSOCKET_HEADER + WEBSOCKET_MASK,
    MAX_PAYLOAD = 1 << 20
};

extern uint8_t frame_pattern[MAX_PAYLOAD + 256];

static inline void put32(uint8_t *to, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(to, &value, 4);
}

static inline void put64(uint8_t *to, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(to, &value, 8);
}

static inline uint32_t get32(const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, 4);
    return __builtin_bswap32(value);
}

static inline uint64_t get64(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, 8);
    return __builtin_bswap64(value);
}

static inline const uint8_t *frame_tail(uint32_t sender, uint64_t number)
{
    return frame_pattern + ((sender * 31 + number * 7) & 255);
}

static inline void frame_head(uint8_t *to, uint32_t payload, uint32_t sender, uint64_t number)
{
    put32(to, payload);
    put32(to + 4, sender);
    put64(to + 8, number);
}

static inline void frame_whole(uint8_t *to, uint32_t payload, uint32_t sender, uint64_t number)
{
    frame_head(to, payload, sender, number);
    memcpy(to + HEAD_BYTES, frame_tail(sender, number), payload - STAMP_BYTES);
}

/* What stands before the payload of a message to the server, and of one that comes from there. */
static inline uint32_t frame_prefix(bool websocket, uint32_t payload)
{
    return websocket ? websocket_header_size(payload) + WEBSOCKET_MASK : LENGTH_BYTES;
}

static inline uint32_t frame_answer_prefix(bool websocket, uint32_t payload)
{
    return websocket ? websocket_header_size(payload) : LENGTH_BYTES;
}

/* The begin of an answer, up to the stamp. */
static inline void frame_answer_head(bool websocket, uint8_t *to, uint32_t payload, uint32_t sender, uint64_t number)
{
    if (!websocket) {
        frame_head(to, payload, sender, number);
        return;
    }
    to += websocket_header(to, payload, 0);
    put32(to, sender);
    put64(to + 4, number);
}

/* A message to the server, in a masked frame. */
static inline void frame_masked(uint8_t *to, uint32_t payload, uint32_t sender, uint64_t number)
{
    uint8_t *mask = to + websocket_header(to, payload, 1);
    put32(mask, (uint32_t) ((number + 1) * 2654435761u) ^ sender);
    uint8_t *begin = mask + WEBSOCKET_MASK;
    put32(begin, sender);
    put64(begin + 4, number);
    memcpy(begin + STAMP_BYTES, frame_tail(sender, number), payload - STAMP_BYTES);
    websocket_mask(begin, payload, mask);
}

void frame_init(void);

#endif
