/*
 * The messages of a benchmark: a 4-byte big-endian length, and a payload whose every byte is known in advance from who
 * sent it and which one it is, so that whoever receives it can check it without having kept it.
 *
 * payload: u32 sender, u64 number (both big-endian), then bytes of the pattern from an offset that depends on both.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>
#include <string.h>

enum { LENGTH_BYTES = 4, STAMP_BYTES = 12, HEAD_BYTES = LENGTH_BYTES + STAMP_BYTES, MAX_PAYLOAD = 1 << 20 };

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

void frame_init(void);

#endif
