package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a session's connection, beyond its addresses. Each part is there on some
 * transports only.
 *
 * @param credentials who the peer is, on Unix sockets
 */
public record ConnectionInfo(@Nullable PeerCredentials credentials) {

  private static final ConnectionInfo NOTHING = new ConnectionInfo(null);

  /**
   * {@return what is known when nothing is}
   */
  public static ConnectionInfo nothing() {
    return NOTHING;
  }

  /**
   * Adds who the peer is.
   *
   * @param value who
   * @return the same and that
   */
  public ConnectionInfo withCredentials(PeerCredentials value) {
    return new ConnectionInfo(value);
  }
}
