package io.gannet.transport.internal.session;

import io.gannet.transport.TransportException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Thrown if a connection could not be established although the socket was connected. */
public final class HandshakeException extends TransportException {

  private static final long serialVersionUID = 1;

  private final boolean timeout;
  private final boolean denied;

  /**
   * Creates an exception.
   *
   * @param timeout whether the handshake took too long
   * @param message what went wrong
   * @param cause the exception, or null
   */
  public HandshakeException(boolean timeout, String message, @Nullable Throwable cause) {
    this(timeout, false, message, cause);
  }

  private HandshakeException(
      boolean timeout, boolean denied, String message, @Nullable Throwable cause) {
    super(message, cause, false); // a peer can cause many of them
    this.timeout = timeout;
    this.denied = denied;
  }

  /**
   * {@return an exception for a client that a check of addresses denied}
   *
   * @param client its address, or null if it is unknown
   */
  public static HandshakeException denied(@Nullable SocketAddress client) {
    return new HandshakeException(
        false, true, "%s may not connect (setting ipFilter)".formatted(client), null);
  }

  /** {@return whether a check of addresses denied the connection} */
  public boolean isDenied() {
    return denied;
  }

  /** {@return whether the handshake took too long} */
  public boolean isTimeout() {
    return timeout;
  }
}
