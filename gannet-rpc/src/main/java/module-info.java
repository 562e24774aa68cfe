/** Calls in both directions over one session, from plain Java interfaces. */
@SuppressWarnings({"module", "requires-automatic"}) // Protobuf is no module
module io.gannet.rpc {
  requires static micrometer.core;
  requires static transitive org.jspecify;
  requires transitive io.gannet.transport;
  requires transitive tools.jackson.databind;
  requires static com.google.protobuf;
  requires static com.google.protobuf.util;
  requires org.slf4j;

  exports io.gannet.rpc;
  exports io.gannet.rpc.balancer;
  exports io.gannet.rpc.interceptor;
  exports io.gannet.rpc.micrometer;
  // So that listeners of all directories are told in one way.
  exports io.gannet.rpc.internal.directory to
      io.gannet.discovery;
  // So that another protocol can be in a module of its own.
  exports io.gannet.rpc.internal.wire to
      io.gannet.grpc;

  uses io.gannet.rpc.internal.spi.RpcProvider;
  uses io.gannet.rpc.internal.wire.WireProvider;

  provides io.gannet.rpc.internal.spi.RpcProvider with
      io.gannet.rpc.internal.DefaultRpcProvider;
}
