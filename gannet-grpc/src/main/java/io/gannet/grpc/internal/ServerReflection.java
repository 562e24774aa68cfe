package io.gannet.grpc.internal;

import com.google.protobuf.Empty;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;

/**
 * The reflection service of gRPC. Its two versions have the same bytes. {@link Empty} carries the
 * fields of the messages as unknown ones.
 */
interface ServerReflection {

  /** Answers each request. */
  @RpcMethod("ServerReflectionInfo")
  RpcStream<Empty> info(RpcStream<Empty> requests);

  /** The current version. */
  @RpcService(name = "grpc.reflection.v1.ServerReflection")
  interface V1 extends ServerReflection {}

  /** The version before, which older tools use. */
  @RpcService(name = "grpc.reflection.v1alpha.ServerReflection")
  interface V1Alpha extends ServerReflection {}
}
