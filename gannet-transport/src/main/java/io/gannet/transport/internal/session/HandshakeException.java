package io.gannet.transport.internal.session;

import io.gannet.transport.TransportException;
import org.jspecify.annotations.Nullable;

/** A connection could not be established, though the socket was. */
public final class HandshakeException extends TransportException {

  private static final long serialVersionUID = 1;

  private final boolean timeout;

  /**
   * Creates it.
   *
   * @param timeout whether it took too long
   * @param message what went wrong
   * @param cause what was thrown, if anything was
   */
  public HandshakeException(boolean timeout, String message, @Nullable Throwable cause) {
    super(message, cause, false); // a peer can cause many of them
    this.timeout = timeout;
  }

  /** {@return whether it took too long} */
  public boolean isTimeout() {
    return timeout;
  }
}
