package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.SocketKind;
import java.util.List;

/**
 * The transport of sessions.
 *
 * @param kind the kind of sockets
 * @param layers the layers between the socket and the session, the one next to the socket first
 */
public record Transport(SocketKind kind, List<Layer> layers) {

  /** Copies the list. */
  public Transport {
    layers = List.copyOf(layers);
  }
}
