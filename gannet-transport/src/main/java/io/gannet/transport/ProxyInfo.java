package io.gannet.transport;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The proxy in front of a connection, and what it has said besides the client's address.
 *
 * @param address where the proxy connected from
 * @param destination where the client had connected to; null if the proxy doesn't say
 */
public record ProxyInfo(SocketAddress address, @Nullable SocketAddress destination) {}
