package io.gannet.rpc.internal.wire;

import io.gannet.transport.TransportException;

/** Thrown if a call is made after {@link Frame.LastCall}; the call was not sent. */
public final class NoMoreCallsException extends TransportException {

  private static final long serialVersionUID = 1L;

  NoMoreCallsException() {
    super("the peer takes no more calls");
  }
}
