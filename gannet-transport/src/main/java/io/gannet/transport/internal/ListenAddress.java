package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.SocketKind;
import io.netty.channel.Channel;
import java.net.SocketAddress;

/** One of the addresses that a server listens on. Its text is for messages to people. */
interface ListenAddress {

  /** {@return the kind of socket} */
  SocketKind kind();

  /** {@return what to bind} */
  SocketAddress toBind();

  /** {@return the address with what the operating system has chosen} */
  String describe(Channel listener);
}
