package io.gannet.examples.rpc;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;

/** Does what {@link EchoService} says. */
final class DemoService implements EchoService {

  @Override
  public Text echo(Text text) {
    return text;
  }

  @Override
  public Total sum(Numbers numbers) {
    double total = numbers.numbers().stream().mapToDouble(Double::doubleValue).sum();
    // Whole numbers are shown as such.
    return new Total(
        total == Math.rint(total) && Math.abs(total) < 1e15 ? (Number) (long) total : total);
  }

  @Override
  public void fail(Text text) {
    throw new RpcException(RpcCode.UNKNOWN, text.text());
  }

  @Override
  public Nap sleep(Nap nap) throws InterruptedException {
    Thread.sleep(nap.millis());
    return nap;
  }

  @Override
  public RpcStream<Tick> ticks(Ticks ticks) {
    return RpcStream.produce(sink -> {
      for (int i = 1; i <= ticks.count(); i++) {
        Thread.sleep(ticks.millis());
        sink.send(new Tick(i));
      }
    });
  }

  @Override
  public Text callMeBack(Text text, CallContext call) {
    return call.peer().proxy(Listener.class).heard(text);
  }
}
