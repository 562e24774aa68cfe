package io.gannet.transport.internal.udp;

import java.net.SocketAddress;

/** Decides about new peers. Thread-safe. */
public interface PeerGate {

  /**
   * Called when a datagram has arrived from an address without a session. Reports a rejection.
   *
   * @param peer the address
   * @return whether to create a session, which {@link #leave} ends
   */
  boolean admits(SocketAddress peer);

  /** Called when an accepted session has ended. */
  void leave();
}
