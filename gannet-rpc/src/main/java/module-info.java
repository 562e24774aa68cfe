/** Calls in both directions over one session, from plain Java interfaces. */
@SuppressWarnings("requires-automatic") // Protobuf is no module
module io.gannet.rpc {
  requires static micrometer.core;
  requires static transitive org.jspecify;
  requires transitive io.gannet.transport;
  requires transitive tools.jackson.databind;
  requires static com.google.protobuf;
  requires org.slf4j;

  exports io.gannet.rpc;
  exports io.gannet.rpc.balancer;
  exports io.gannet.rpc.interceptor;
  exports io.gannet.rpc.micrometer;

  uses io.gannet.rpc.RpcProvider;

  provides io.gannet.rpc.RpcProvider with
      io.gannet.rpc.internal.DefaultRpcProvider;
}
