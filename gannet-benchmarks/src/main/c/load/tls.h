/*
 * TLS 1.3 with AES-128-GCM, by the OpenSSL library of the machine. It is looked for when it is needed, and what is used of
 * it is declared here, so that its headers need not be there. Whose certificate the server shows doesn't matter to a load.
 */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Does the handshake on a connection that has just been made, and returns what the others are given. */
void *tls_open(uint32_t number, int fd);

/* As send and recv on a socket that doesn't block. */
ssize_t tls_send(void *tls, const uint8_t *bytes, size_t length);
ssize_t tls_receive(void *tls, uint8_t *bytes, size_t length);

/* Whether there is more to receive that has been read from the socket already. */
bool tls_has_more(const void *tls);

#endif
