package io.gannet.rpc.internal.wire;

import io.gannet.transport.TransportException;

/** A call came after {@link Frame.LastCall}, and was not sent. */
public final class NoMoreCallsException extends TransportException {

  private static final long serialVersionUID = 1L;

  NoMoreCallsException() {
    super("the peer takes no more calls");
  }
}
