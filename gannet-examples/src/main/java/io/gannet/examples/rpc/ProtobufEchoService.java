package io.gannet.examples.rpc;

import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.rpc.RpcService;

/** What {@link EchoService} offers to those who call in Protobuf. */
@RpcService(name = "EchoService")
interface ProtobufEchoService {

  /** {@return the same} */
  EchoMessage echo(EchoMessage message);

  /**
   * Fails.
   *
   * @param message what the failure is to say
   */
  void fail(EchoMessage message);
}
