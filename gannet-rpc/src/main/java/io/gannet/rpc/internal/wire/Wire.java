package io.gannet.rpc.internal.wire;

import io.gannet.transport.Codec;

/** An RPC protocol: the encoding of its frames, and the features that it supports. */
public interface Wire {

  /** Creates the codec of one connection. */
  Codec<Frame> newCodec();

  /** {@return whether each side starts with a {@link Frame.Hello}} */
  boolean greets();

  /** {@return whether it supports {@link Frame.Cancel}} */
  boolean cancels();

  /** {@return whether it supports streams and {@link Frame.ReplyBegins}} */
  boolean streams();

  /** {@return whether it supports {@link Frame.GoAway} and {@link Frame.LastCall}} */
  boolean saysGoodbye();
}
