/**
 * A server for the protocol of Redis (RESP2), with its own codec: how to implement a protocol on
 * Gannet's buffers.
 */
@NullMarked
package io.gannet.examples.redis;

import org.jspecify.annotations.NullMarked;
