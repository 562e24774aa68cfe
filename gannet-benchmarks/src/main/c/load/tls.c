#define _GNU_SOURCE
#include "tls.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>

#include "load.h"

/* From OpenSSL's ssl.h; the same in all versions since 1.1. */
enum { WANT_READ = 2, WANT_WRITE = 3, CLOSED = 6 };
enum { SET_MODE = 33, PARTIAL_AND_MOVING_WRITES = 1 | 2, SET_READ_AHEAD = 41, SET_LEAST_VERSION = 123, TLS_1_3 = 0x0304 };

static const void *(*TLS_client_method)(void);
static void *(*SSL_CTX_new)(const void *method);
static long (*SSL_CTX_ctrl)(void *context, int command, long number, void *pointer);
static int (*SSL_CTX_set_ciphersuites)(void *context, const char *names);
static void *(*SSL_new)(void *context);
static int (*SSL_set_fd)(void *ssl, int fd);
static int (*SSL_connect)(void *ssl);
static int (*SSL_read)(void *ssl, void *to, int length);
static int (*SSL_write)(void *ssl, const void *from, int length);
static int (*SSL_get_error)(const void *ssl, int result);
static int (*SSL_has_pending)(const void *ssl);

static void *context;

static void *find(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (found == NULL)
        die("the OpenSSL library of this machine has no %s: version 1.1.1 or newer is needed", name);
    return found;
}

static void load_library(void)
{
    static const char *const names[] = { "libssl.so.3", "libssl.so.1.1", "libssl.so" };
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++)
        library = dlopen(names[i], RTLD_NOW);
    if (library == NULL)
        die("TLS needs the OpenSSL library, version 1.1.1 or newer: install it, on Debian the package libssl3");
    TLS_client_method = find(library, "TLS_client_method");
    SSL_CTX_new = find(library, "SSL_CTX_new");
    SSL_CTX_ctrl = find(library, "SSL_CTX_ctrl");
    SSL_CTX_set_ciphersuites = find(library, "SSL_CTX_set_ciphersuites");
    SSL_new = find(library, "SSL_new");
    SSL_set_fd = find(library, "SSL_set_fd");
    SSL_connect = find(library, "SSL_connect");
    SSL_read = find(library, "SSL_read");
    SSL_write = find(library, "SSL_write");
    SSL_get_error = find(library, "SSL_get_error");
    SSL_has_pending = find(library, "SSL_has_pending");
    context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || SSL_CTX_ctrl(context, SET_LEAST_VERSION, TLS_1_3, NULL) != 1
            || SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1)
        die("the OpenSSL library of this machine can't do TLS 1.3");
    SSL_CTX_ctrl(context, SET_MODE, PARTIAL_AND_MOVING_WRITES, NULL);
    SSL_CTX_ctrl(context, SET_READ_AHEAD, 1, NULL);
}

void *tls_open(uint32_t number, int fd)
{
    if (context == NULL)
        load_library();
    void *ssl = SSL_new(context);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
        die("connection %u: no TLS", number);
    int result;
    while ((result = SSL_connect(ssl)) != 1) {
        int why = SSL_get_error(ssl, result);
        if (why != WANT_READ && why != WANT_WRITE)
            die("connection %u: the TLS handshake failed with error %d", number, why);
        struct pollfd wait = { .fd = fd, .events = why == WANT_READ ? POLLIN : POLLOUT };
        if (poll(&wait, 1, 10000) != 1)
            die("connection %u: no TLS in ten seconds", number);
    }
    return ssl;
}

/* What a socket would have said. */
static ssize_t as_of_socket(void *tls, int result)
{
    switch (SSL_get_error(tls, result)) {
    case WANT_READ:
    case WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case CLOSED:
        return 0;
    default:
        errno = EPROTO;
        return -1;
    }
}

ssize_t tls_send(void *tls, const uint8_t *bytes, size_t length)
{
    size_t sent = 0;
    while (sent < length) {
        int result = SSL_write(tls, bytes + sent, (int) (length - sent)); /* at most one record */
        if (result <= 0) {
            ssize_t failure = as_of_socket(tls, result);
            return sent > 0 && failure < 0 && errno == EAGAIN ? (ssize_t) sent : failure;
        }
        sent += (size_t) result;
    }
    return (ssize_t) sent;
}

ssize_t tls_receive(void *tls, uint8_t *bytes, size_t length)
{
    int result = SSL_read(tls, bytes, (int) length);
    return result > 0 ? result : as_of_socket(tls, result);
}

bool tls_has_more(const void *tls)
{
    return SSL_has_pending(tls) == 1;
}
