package io.gannet.examples.rpc;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.math.BigDecimal;
import java.util.function.IntFunction;

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
    throw new RpcException(RpcCode.UNKNOWN, text.text());
  }

  @Override
  public Nap sleep(Nap nap) throws InterruptedException {
    Thread.sleep(nap.millis());
    return nap;
  }

  @Override
  public RpcStream<Tick> ticks(Ticks ticks) {
    return ticks(ticks.count(), ticks.millis(), Tick::new);
  }

  /**
   * {@return a stream of ticks}
   *
   * @param count the number of ticks
   * @param millis the time before each tick in milliseconds
   * @param tick returns a tick with a number
   * @param <T> the type of a tick
   */
  static <T> RpcStream<T> ticks(int count, long millis, IntFunction<T> tick) {
    return RpcStream.produce(sink -> {
      for (int i = 1; i <= count; i++) {
        Thread.sleep(millis);
        sink.send(tick.apply(i));
      }
    });
  }

  @Override
  public Text callMeBack(Text text, CallContext call) {
    return call.peer().proxy(Listener.class).heard(text);
  }
}
