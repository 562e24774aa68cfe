package io.gannet.grpc.internal;

import com.google.protobuf.Empty;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;

/**
 * The health service of gRPC. The messages have the same bytes as those of its {@code .proto} file:
 * a request is a string in field 1, a response an enum in field 1.
 */
@RpcService(name = "grpc.health.v1.Health")
interface GrpcHealth {

  /** Returns the status of a service. */
  @RpcMethod("Check")
  Int32Value check(StringValue service);

  /** Returns the status of a service, and each change of it. */
  @RpcMethod("Watch")
  RpcStream<Int32Value> watch(StringValue service);

  /** Returns the status of all services. */
  @RpcMethod("List")
  Empty list(Empty nothing);
}
