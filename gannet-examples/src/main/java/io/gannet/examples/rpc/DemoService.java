package io.gannet.examples.rpc;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.math.BigDecimal;

/** Implements {@link EchoService}. */
final class DemoService implements EchoService {

  @Override
  public Text echo(Text text) {
    return text;
  }

  @Override
  public Total sum(Numbers numbers) {
    BigDecimal total = BigDecimal.ZERO;
    for (double number : numbers.numbers()) {
      if (!Double.isFinite(number)) {
        throw new RpcException(RpcCode.INVALID_ARGUMENT, number + " is not a finite number");
      }
      total = total.add(BigDecimal.valueOf(number));
    }
    total = total.stripTrailingZeros(); // without a fraction if it is zero
    return new Total(total.scale() < 0 ? total.setScale(0) : total);
  }

  @Override
  public void fail(Text text) {
    throw failure(text.text());
  }

  /** {@return the exception of a call that fails on purpose} */
  static RpcException failure(String text) {
    return new RpcException(RpcCode.UNKNOWN, text);
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
