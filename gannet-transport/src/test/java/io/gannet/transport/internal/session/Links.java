package io.gannet.transport.internal.session;

import io.netty.channel.Channel;

/** Gives tests of layers what they have of a connection. */
public final class Links {

  private Links() {}

  /** Makes the link of a channel. */
  public static Link create(Channel channel) {
    return Link.create(channel);
  }

  /** Returns what keeps messages apart on a connection; null until the handshake is done. */
  public static Framing framing(Link link) {
    return link.framing();
  }
}
