/**
 * Sessions with typed messages: a {@link io.gannet.transport.Codec} converts between bytes and
 * messages, a {@link io.gannet.transport.SessionListener} receives messages, and a
 * {@link io.gannet.transport.Session} sends them.
 *
 * <p>Start with {@link io.gannet.transport.Server#tcp(int)} and
 * {@link io.gannet.transport.Client#tcp(String, int)}; ready-made codecs are in
 * {@link io.gannet.transport.codec.Codecs}.
 */
@NullMarked
package io.gannet.transport;

import org.jspecify.annotations.NullMarked;
