package io.gannet.examples.rpc;

import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.examples.rpc.internal.proto.NapMessage;
import io.gannet.examples.rpc.internal.proto.NumbersMessage;
import io.gannet.examples.rpc.internal.proto.TickMessage;
import io.gannet.examples.rpc.internal.proto.TicksMessage;
import io.gannet.examples.rpc.internal.proto.TotalMessage;
import io.gannet.rpc.RpcStream;

/** Implements {@link ProtobufEchoService} with an {@link EchoService}. */
final class ProtobufDemoService implements ProtobufEchoService {

  private final EchoService service;

  ProtobufDemoService(EchoService service) {
    this.service = service;
  }

  @Override
  public EchoMessage echo(EchoMessage message) {
    return message;
  }

  @Override
  public TotalMessage sum(NumbersMessage numbers) {
    EchoService.Total total = service.sum(new EchoService.Numbers(numbers.getNumbersList()));
    return TotalMessage.newBuilder().setTotal(total.total().doubleValue()).build();
  }

  @Override
  public void fail(EchoMessage message) {
    service.fail(new EchoService.Text(message.getText()));
  }

  @Override
  public NapMessage sleep(NapMessage nap) throws InterruptedException {
    service.sleep(new EchoService.Nap(nap.getMillis()));
    return nap;
  }

  @Override
  public RpcStream<TickMessage> ticks(TicksMessage ticks) {
    return DemoService.ticks(
        ticks.getCount(),
        ticks.getMillis(),
        tick -> TickMessage.newBuilder().setTick(tick).build());
  }
}
