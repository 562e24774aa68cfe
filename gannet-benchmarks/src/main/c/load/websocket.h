/* What a client needs of WebSocket (RFC 6455): the handshake, and binary messages of one frame each. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>

enum { WEBSOCKET_HEADER = 10, WEBSOCKET_MASK = 4 };

/* How long the header of a frame is, without the mask. */
uint32_t websocket_header_size(uint32_t payload);

/* Writes the header of a frame; frames of clients have a mask behind it. Returns its size. */
uint32_t websocket_header(uint8_t *to, uint32_t payload, int masked);

/* Masks a payload of a client. */
void websocket_mask(uint8_t *payload, size_t length, const uint8_t *mask);

/* Asks for a WebSocket on a connection that has just been made, and waits for the right answer. */
void websocket_open(uint32_t number, int fd);

#endif
