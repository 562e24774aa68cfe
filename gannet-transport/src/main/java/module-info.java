/** Typed message sessions over TCP, UDP, WebSocket and Unix sockets, on Netty. */
@SuppressWarnings({
  "module",
  "requires-automatic",
  "requires-transitive-automatic"
}) // Protobuf is no module
module io.gannet.transport {
  // What is optional is not transitive: modules that read this one could not be compiled without
  // it.
  requires static com.github.luben.zstd_jni;
  requires static com.google.protobuf;
  requires static transitive org.jspecify;
  requires static micrometer.core;
  requires static org.lz4.java;
  requires static com.fasterxml.jackson.annotation;
  requires static tools.jackson.core;
  requires static tools.jackson.databind;
  requires transitive io.netty.transport;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.compression;
  requires io.netty.codec.haproxy;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.handler.proxy;
  requires io.netty.resolver;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.classes.kqueue;
  requires io.netty.transport.unix.common;
  requires jdk.jfr;
  requires jdk.net;
  requires jdk.unsupported;
  requires org.slf4j;

  exports io.gannet.transport;
  // So that what peers cause is logged, and what they send is escaped, in one way everywhere.
  exports io.gannet.transport.internal.text to
      io.gannet.discovery,
      io.gannet.grpc,
      io.gannet.rpc;
  // So that another protocol can be put between the socket and the session.
  exports io.gannet.transport.internal.session to
      io.gannet.grpc,
      io.gannet.rpc;
  // So that values are mapped to JSON in one way everywhere.
  exports io.gannet.transport.internal.json to
      io.gannet.rpc;
  // The command ends in its own way.
  exports io.gannet.transport.internal.process to
      io.gannet.cli;
  exports io.gannet.transport.codec;
  exports io.gannet.transport.json;
  exports io.gannet.transport.micrometer;
  exports io.gannet.transport.netty;
  exports io.gannet.transport.protobuf;

  uses io.gannet.transport.internal.spi.TransportProvider;
  uses tools.jackson.databind.JacksonModule;

  provides io.gannet.transport.internal.spi.TransportProvider with
      io.gannet.transport.internal.NettyTransportProvider;
}
