package io.gannet.transport.internal.session;

import io.netty.channel.Channel;

/** Gives tests of layers what they have of a connection. */
public final class ConnectionContexts {

  private ConnectionContexts() {}

  /** Makes the context of a channel. */
  public static ConnectionContext create(Channel channel) {
    return ConnectionContext.create(channel);
  }

  /** Returns what keeps messages apart on a connection; null until the handshake is done. */
  public static Framing framing(ConnectionContext context) {
    return context.framing();
  }
}
