package io.gannet.transport;

import java.util.Objects;

/**
 * Lets a WebSocket server take the client's address from a header that HTTP proxies add to the
 * request. {@link Session#remoteAddress()} and {@link WebSocketHandshake#remoteAddress()} then
 * return this address, and {@link ServerBuilder#ipFilter} checks it. {@link ConnectionInfo#proxy()}
 * has the proxy's own address.
 *
 * <p>Any client can send such a header. Therefore only the headers of trusted proxies are used, and
 * only the addresses that these proxies have added: the client is the right-most address that isn't
 * a trusted proxy's. A request whose header can't be read is rejected with status 400. If a trusted
 * proxy sends no header, its own address is used.
 *
 * <p>Choose the header that your proxies set. A header that they don't set is passed on from the
 * client.
 *
 * @param header the header that the proxies set
 * @param trusted accepts the proxies whose headers are used. On Unix sockets, every peer that can
 *     connect is trusted. If the filter throws, the peer is rejected and the exception is logged
 */
public record ForwardedHeaders(Header header, IpFilter trusted) {

  /** The headers that contain the address of the client. */
  public enum Header {
    /** {@code Forwarded} (RFC 7239), of which the parameter {@code for} is used. */
    FORWARDED,
    /** {@code X-Forwarded-For}: addresses, with or without a port. */
    X_FORWARDED_FOR
  }

  /** Checks the arguments. */
  public ForwardedHeaders {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(trusted, "trusted");
  }

  /**
   * Uses {@code Forwarded} (RFC 7239).
   *
   * @param trusted the proxies, such as {@code IpFilter.allow("10.0.0.5")}
   * @return the setting
   */
  public static ForwardedHeaders forwarded(IpFilter trusted) {
    return new ForwardedHeaders(Header.FORWARDED, trusted);
  }

  /**
   * Uses {@code X-Forwarded-For}.
   *
   * @param trusted the proxies
   * @return the setting
   */
  public static ForwardedHeaders xForwardedFor(IpFilter trusted) {
    return new ForwardedHeaders(Header.X_FORWARDED_FOR, trusted);
  }
}
