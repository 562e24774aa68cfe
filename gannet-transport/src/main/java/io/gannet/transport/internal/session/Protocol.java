package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.SessionListener;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of several protocols of a server's port.
 *
 * @param name its name, for messages
 * @param applicationProtocol its name in TLS (ALPN); empty if it has none
 * @param begins whether a connection that begins with these {@link ProtocolChoice#FIRST_BYTES}
 *     speaks it
 * @param layer the layer below its sessions; null if there is none
 * @param codecs creates the codec of a session
 * @param listeners creates the listener of a session
 */
public record Protocol<M>(
    String name,
    String applicationProtocol,
    Predicate<byte[]> begins,
    @Nullable Layer layer,
    Supplier<? extends Codec<M>> codecs,
    Supplier<? extends SessionListener<M>> listeners) {}
