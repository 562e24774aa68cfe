#include "frame.h"

uint8_t frame_pattern[MAX_PAYLOAD + 256];

void frame_init(void)
{
    for (uint32_t i = 0; i < sizeof frame_pattern; i++)
        frame_pattern[i] = (uint8_t) (i * 131 + (i >> 8) * 17 + 7);
}
