/**
 * A server that speaks the protocol of Redis (RESP2), with a codec written for it: how a protocol is
 * made on Gannet's buffers.
 */
@NullMarked
package io.gannet.examples.redis;

import org.jspecify.annotations.NullMarked;
