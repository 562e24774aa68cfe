package io.gannet.transport;

import java.util.Objects;

/**
 * Has a server of WebSocket take the real client's address from the header that HTTP proxies in front add to
 * the request. It is then what {@link Session#remoteAddress()} and {@link
 * WebSocketHandshake#remoteAddress()} show, and what {@link ServerBuilder#ipFilter} decides about; the
 * proxy's own is in {@link ConnectionInfo#proxy()}.
 *
 * <p>Anybody can send such a header. So it is believed from trusted proxies only, and of what it lists only what they have
 * added: the client is the right-most address that is no trusted proxy. A request in which that can't be
 * read is refused with status 400. Where a trusted proxy sends no header, the address is its own.
 *
 * <p>Name the one header that the proxies set: what they don't set, they pass on from the client.
 *
 * @param header the header that the proxies set
 * @param trusted whose headers are believed. On Unix sockets everybody who can connect is trusted. What it throws
 *     denies the peer, and is logged
 */
public record ForwardedHeaders(Header header, IpFilter trusted) {

  /** A header that tells of clients. */
  public enum Header {
    /** {@code Forwarded} (RFC 7239), of which {@code for} is read. */
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
   * Reads {@code Forwarded} (RFC 7239).
   *
   * @param trusted the proxies, such as {@code IpFilter.allow("10.0.0.5")}
   * @return the setting
   */
  public static ForwardedHeaders forwarded(IpFilter trusted) {
    return new ForwardedHeaders(Header.FORWARDED, trusted);
  }

  /**
   * Reads {@code X-Forwarded-For}.
   *
   * @param trusted the proxies
   * @return the setting
   */
  public static ForwardedHeaders xForwardedFor(IpFilter trusted) {
    return new ForwardedHeaders(Header.X_FORWARDED_FOR, trusted);
  }
}
