package io.gannet.transport;

import java.util.Objects;

/**
 * Has a server take the real client's address from the header that a proxy in front puts before the
 * first byte: the PROXY protocol of HAProxy, version 1 (text) or 2 (binary). It is then what {@link
 * Session#remoteAddress()} shows; the proxy's own is in {@link ConnectionInfo#proxy()}. {@link
 * ServerBuilder#ipFilter} decides about the client's address.
 *
 * <p>A proxy that connects for itself ({@code LOCAL}, {@code UNKNOWN}), as for health checks, gets a session when it sends something, or
 * after a quarter of a second; if it goes before that, there was none, and nothing is counted as rejected.
 *
 * <p>Whoever is trusted can pretend to be any client, so trust the addresses of the proxies and nobody
 * else. On Unix sockets everybody who can connect is trusted.
 *
 * @param required whether every connection must come from a trusted proxy and begin with a header
 * @param trusted whose headers are believed; what it throws denies the peer, and is logged. Without {@code required}, connections of others are taken
 *     as they are, and those of the trusted too when they begin with something else; then a session
 *     opens when the client has sent its first byte, and not before: a client that waits for the
 *     server to begin is given up when the {@link EndpointBuilder#handshakeTimeout} has passed
 */
public record ProxyProtocol(boolean required, IpFilter trusted) {

  /** Checks the arguments. */
  public ProxyProtocol {
    Objects.requireNonNull(trusted, "trusted");
  }

  /**
   * Refuses all connections that don't come from a trusted proxy with a header.
   *
   * @param trusted the proxies, such as {@code IpFilter.allow("10.0.0.5")}
   * @return the setting
   */
  public static ProxyProtocol required(IpFilter trusted) {
    return new ProxyProtocol(true, trusted);
  }

  /**
   * Takes connections with a header from trusted proxies, and others without.
   *
   * @param trusted the proxies
   * @return the setting
   */
  public static ProxyProtocol optional(IpFilter trusted) {
    return new ProxyProtocol(false, trusted);
  }
}
