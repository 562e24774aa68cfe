package io.gannet.examples.rpc;

import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.examples.rpc.internal.proto.NapMessage;
import io.gannet.examples.rpc.internal.proto.NumbersMessage;
import io.gannet.examples.rpc.internal.proto.TickMessage;
import io.gannet.examples.rpc.internal.proto.TicksMessage;
import io.gannet.examples.rpc.internal.proto.TotalMessage;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;

/** The methods of {@link EchoService} for callers that use Protobuf. */
@RpcService(name = "EchoService")
interface ProtobufEchoService {

  /** {@return the same} */
  EchoMessage echo(EchoMessage message);

  /** {@return the sum} */
  TotalMessage sum(NumbersMessage numbers);

  /**
   * Fails.
   *
   * @param message the message of the failure
   */
  void fail(EchoMessage message);

  /** {@return the same, after that time} */
  NapMessage sleep(NapMessage nap) throws InterruptedException;

  /** {@return the ticks} */
  RpcStream<TickMessage> ticks(TicksMessage ticks);
}
