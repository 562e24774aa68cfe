package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.List;

/** An address at which connections are accepted. */
interface StreamListenAddress extends ListenAddress {

  /** {@return the kind of socket} */
  SocketKind kind();

  /**
   * Prepares listening, once.
   *
   * @param context the data that accepted connections need
   * @throws RuntimeException if listening fails, with the reason
   */
  Binding prepare(AcceptContext<?> context);

  @Override
  default Listener listen(AcceptContext<?> context) {
    return StreamListener.listen(this, context);
  }

  /** One server on one address. */
  interface Binding {

    /** {@return the address to bind} */
    SocketAddress toBind();

    /**
     * Called when the socket is bound and the server listens.
     *
     * @throws RuntimeException if it can't stay bound; the listening socket is then closed
     */
    default void bound() {}

    /** {@return the address with the real port, as users see it} */
    SocketAddress address(Channel listener);

    /** {@return the layers next to the socket of every connection to this address} */
    default List<Layer> layers() {
      return List.of();
    }

    /** Called when the server has stopped listening. */
    default void release() {}
  }
}
