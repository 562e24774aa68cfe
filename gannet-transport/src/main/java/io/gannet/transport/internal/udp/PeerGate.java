package io.gannet.transport.internal.udp;

import java.net.SocketAddress;

/** Decides about peers that are seen for the first time. Thread-safe. */
public interface PeerGate {

  /**
   * A datagram has come from an address without a session. Reports it if the answer is no.
   *
   * @param peer the address
   * @return whether to make a session for it, which {@link #leave} ends
   */
  boolean admits(SocketAddress peer);

  /** A session that was admitted is over. */
  void leave();
}
