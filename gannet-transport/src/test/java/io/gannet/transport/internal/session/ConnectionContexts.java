package io.gannet.transport.internal.session;

import io.netty.channel.Channel;

/** Creates the connection contexts that tests of layers need. */
public final class ConnectionContexts {

  private ConnectionContexts() {}

  /** Makes the context of a channel. */
  public static ConnectionContext create(Channel channel) {
    return ConnectionContext.create(channel);
  }

  /** Returns the framing of a connection; null until the handshake has completed. */
  public static Framing framing(ConnectionContext context) {
    return context.framing();
  }
}
