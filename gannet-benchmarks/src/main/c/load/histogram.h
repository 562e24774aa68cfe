/* Counts of durations in nanoseconds, in buckets less than one percent wide. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { SUB_BITS = 7, SUB = 1 << SUB_BITS, BUCKETS = (64 - SUB_BITS + 1) * SUB };

struct histogram {
    uint64_t total;
    uint64_t max;
    uint64_t counts[BUCKETS];
};

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
    int shift = 63 - __builtin_clzll(ns | SUB) - SUB_BITS;
    h->counts[((uint64_t) shift << SUB_BITS) + (ns >> shift)]++;
    h->total++;
    if (ns > h->max)
        h->max = ns;
}

void histogram_clear(struct histogram *h);

/* The duration that the given share (0 to 1) of all stayed within, zero if there are none. */
uint64_t histogram_at(const struct histogram *h, double share);

#endif
