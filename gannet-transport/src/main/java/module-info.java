/** Typed message sessions over TCP, on Netty. */
module io.gannet.transport {
  requires static transitive org.jspecify;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.classes.kqueue;
  requires io.netty.transport.unix.common;
  requires jdk.jfr;
  requires jdk.net;
  requires org.slf4j;

  exports io.gannet.transport;
  exports io.gannet.transport.codec;

  uses io.gannet.transport.TransportProvider;

  provides io.gannet.transport.TransportProvider with
      io.gannet.transport.internal.NettyTransportProvider;
}
