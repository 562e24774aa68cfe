package io.gannet.transport;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The proxy in front of a connection, and the data from its header besides the client's address.
 *
 * @param address the address that the proxy connected from
 * @param destination the address that the client connected to; null if the proxy doesn't report it
 */
public record ProxyInfo(SocketAddress address, @Nullable SocketAddress destination) {}
