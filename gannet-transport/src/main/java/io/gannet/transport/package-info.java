/**
 * Typed message sessions: a {@link io.gannet.transport.Codec} turns bytes into messages, a {@link
 * io.gannet.transport.SessionListener} is called with them, and a {@link
 * io.gannet.transport.Session} sends them.
 *
 * <p>Start with {@link io.gannet.transport.Server#tcp(int)} and {@link
 * io.gannet.transport.Client#tcp(String, int)}; ready-made codecs are in {@link
 * io.gannet.transport.codec.Codecs}.
 */
@NullMarked
package io.gannet.transport;

import org.jspecify.annotations.NullMarked;
