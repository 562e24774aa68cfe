/** gRPC as a protocol of RPC servers and clients. It has no API: {@code RpcWire.GRPC} uses it. */
@SuppressWarnings({"module", "requires-automatic"}) // Protobuf is no module
module io.gannet.grpc {
  requires static com.google.protobuf;
  requires static transitive org.jspecify;
  requires io.gannet.rpc;
  requires io.gannet.transport;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.transport;

  // So that its services can be called.
  opens io.gannet.grpc.internal to
      io.gannet.rpc;

  provides io.gannet.rpc.internal.wire.WireProvider with
      io.gannet.grpc.internal.GrpcWireProvider,
      io.gannet.grpc.internal.HttpWireProvider;
}
