package io.gannet.transport.internal.udp;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/** Decides about new peers. Thread-safe. */
public interface PeerGate {

  /**
   * Called when a datagram has arrived from an address without a session. Reports a rejection.
   *
   * @param peer the address
   * @return whether to create a channel for it, and to call {@link #entered}
   */
  boolean admits(SocketAddress peer);

  /**
   * Called with the channel of an admitted peer, which counts until it is closed. Reports a
   * rejection.
   *
   * @param channel the channel
   * @return false to drop the channel, which isn't registered yet
   */
  boolean entered(Channel channel);
}
