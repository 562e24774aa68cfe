/** Calls in both directions over one session, from plain Java interfaces. */
module io.gannet.rpc {
  requires static transitive org.jspecify;
  requires transitive io.gannet.transport;
  requires transitive tools.jackson.databind;
  requires org.slf4j;

  exports io.gannet.rpc;

  uses io.gannet.rpc.RpcProvider;

  provides io.gannet.rpc.RpcProvider with
      io.gannet.rpc.internal.DefaultRpcProvider;
}
