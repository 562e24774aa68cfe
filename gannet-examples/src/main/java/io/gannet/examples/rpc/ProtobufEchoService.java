package io.gannet.examples.rpc;

import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.rpc.RpcService;

/** The methods of {@link EchoService} for callers that use Protobuf. */
@RpcService(name = "EchoService")
interface ProtobufEchoService {

  /** {@return the same} */
  EchoMessage echo(EchoMessage message);

  /**
   * Fails.
   *
   * @param message the message of the failure
   */
  void fail(EchoMessage message);
}
