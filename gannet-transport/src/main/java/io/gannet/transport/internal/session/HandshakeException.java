package io.gannet.transport.internal.session;

import io.gannet.transport.TransportException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection could not be established, though the socket was. */
public final class HandshakeException extends TransportException {

  private static final long serialVersionUID = 1;

  private final boolean timeout;
  private final boolean denied;

  /**
   * Creates it.
   *
   * @param timeout whether it took too long
   * @param message what went wrong
   * @param cause what was thrown, if anything was
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
   * {@return that a check of addresses denied a client}
   *
   * @param client its address, if it is known
   */
  public static HandshakeException denied(@Nullable SocketAddress client) {
    return new HandshakeException(
        false, true, "%s may not connect (setting ipFilter)".formatted(client), null);
  }

  /** {@return whether a check of addresses denied it} */
  public boolean isDenied() {
    return denied;
  }

  /** {@return whether it took too long} */
  public boolean isTimeout() {
    return timeout;
  }
}
