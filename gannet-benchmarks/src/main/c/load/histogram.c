#include "histogram.h"

#include <math.h>
#include <string.h>

void histogram_clear(struct histogram *h)
{
    memset(h, 0, sizeof *h);
}

uint64_t histogram_at(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t) ceil(share * (double) h->total);
    uint64_t seen = 0;
    for (uint64_t i = 0; i < BUCKETS && wanted > 0; i++) {
        seen += h->counts[i];
        if (seen >= wanted) {
            uint64_t shift = i < 2 * SUB ? 0 : (i >> SUB_BITS) - 1;
            uint64_t low = (i - (shift << SUB_BITS)) << shift;
            return low + ((uint64_t) 1 << shift) / 2;
        }
    }
    return 0;
}
