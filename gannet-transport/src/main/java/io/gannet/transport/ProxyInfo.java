package io.gannet.transport;

import java.net.SocketAddress;

/**
 * The proxy in front of a connection, and what it has said besides the client's address.
 *
 * @param address where the proxy connected from
 * @param destination where the client had connected to
 */
public record ProxyInfo(SocketAddress address, SocketAddress destination) {}
