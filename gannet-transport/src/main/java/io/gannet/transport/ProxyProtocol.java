package io.gannet.transport;

import java.util.Objects;

/**
 * Lets a server take the client's address from the header that a proxy sends before the first byte:
 * the PROXY protocol of HAProxy, version 1 (text) or 2 (binary). {@link Session#remoteAddress()}
 * then returns this address, and {@link ServerBuilder#ipFilter} checks it.
 * {@link ConnectionInfo#proxy()} has the proxy's own address.
 *
 * <p>A proxy that connects on its own behalf ({@code LOCAL}, {@code UNKNOWN}), such as for health
 * checks, gets a session once it sends data, or after 250 ms. If it closes the connection earlier,
 * there is no session, and the connection doesn't count as rejected.
 *
 * <p>A trusted peer can claim the address of any client, so trust only the addresses of your
 * proxies. On Unix sockets, every peer that can connect is trusted.
 *
 * @param required whether every connection must come from a trusted proxy and start with a header
 * @param trusted accepts the proxies whose headers are used; if it throws, the peer is rejected and
 *     the exception is logged. Without {@code required}, connections of other peers are accepted
 *     without a header, and so are those of trusted peers that start with something else. The
 *     session of a trusted peer then opens only after its first byte: a client that waits for the
 *     server to send first is closed after the {@link EndpointBuilder#handshakeTimeout}
 */
public record ProxyProtocol(boolean required, IpFilter trusted) {

  /** Checks the arguments. */
  public ProxyProtocol {
    Objects.requireNonNull(trusted, "trusted");
  }

  /**
   * Rejects all connections except those from a trusted proxy with a header.
   *
   * @param trusted the proxies, such as {@code IpFilter.allow("10.0.0.5")}
   * @return the setting
   */
  public static ProxyProtocol required(IpFilter trusted) {
    return new ProxyProtocol(true, trusted);
  }

  /**
   * Accepts connections from trusted proxies with a header, and other connections without one.
   *
   * @param trusted the proxies
   * @return the setting
   */
  public static ProxyProtocol optional(IpFilter trusted) {
    return new ProxyProtocol(false, trusted);
  }
}
