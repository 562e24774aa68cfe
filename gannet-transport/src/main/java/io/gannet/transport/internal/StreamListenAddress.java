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
   * Prepares to listen, once.
   *
   * @param context what the server needs
   * @throws RuntimeException if it can't be listened on, with the reason for people
   */
  Binding prepare(AcceptContext<?> context);

  @Override
  default Listener listen(AcceptContext<?> context) {
    return StreamListener.listen(this, context);
  }

  /** One server on one address. */
  interface Binding {

    /** {@return what to bind} */
    SocketAddress toBind();

    /**
     * It is bound, and the server listens.
     *
     * @throws RuntimeException if it can't stay so; the listening socket is closed then
     */
    default void bound() {}

    /** {@return the address with what the operating system has chosen, as users see it} */
    SocketAddress address(Channel listener);

    /** {@return what every connection to this address has next to its socket} */
    default List<Layer> layers() {
      return List.of();
    }

    /** The server listens no more. */
    default void release() {}
  }
}
