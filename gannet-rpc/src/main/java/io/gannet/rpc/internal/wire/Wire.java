package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;

/** A protocol that calls can be made in: its frames as bytes, and what it can't express. */
public interface Wire {

  /** Makes the codec of one connection. */
  Codec<Frame> newCodec();

  /** {@return whether each side begins with a {@link Frame.Hello}} */
  boolean greets();

  /** {@return whether a {@link Frame.Cancel} can be sent} */
  boolean cancels();

  /** {@return whether calls can have streams, and {@link Frame.ReplyBegins} can be sent} */
  boolean streams();

  /** {@return whether {@link Frame.GoAway} and {@link Frame.LastCall} can be sent} */
  boolean saysGoodbye();
}
