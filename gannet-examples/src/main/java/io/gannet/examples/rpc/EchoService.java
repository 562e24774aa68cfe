package io.gannet.examples.rpc;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.math.BigDecimal;
import java.util.List;

/** Something of every kind of call. */
public interface EchoService {

  /**
   * What is said.
   *
   * @param text any text
   */
  record Text(String text) {}

  /**
   * What to add up.
   *
   * @param numbers any
   */
  record Numbers(List<Double> numbers) {}

  /**
   * A sum.
   *
   * @param total of all numbers
   */
  record Total(BigDecimal total) {}

  /**
   * How long to wait.
   *
   * @param millis milliseconds
   */
  record Nap(long millis) {}

  /**
   * How often to tick.
   *
   * @param count how many times
   * @param millis milliseconds before each
   */
  record Ticks(int count, long millis) {}

  /**
   * A tick.
   *
   * @param tick its number, from 1
   */
  record Tick(int tick) {}

  /**
   * Gives back what it is given.
   *
   * @param text any text
   * @return the same
   */
  Text echo(Text text);

  /**
   * Adds up.
   *
   * @param numbers any numbers
   * @return their sum
   */
  Total sum(Numbers numbers);

  /**
   * Fails.
   *
   * @param text what the failure is to say
   * @throws RpcException always, with {@link RpcCode#UNKNOWN}
   */
  void fail(Text text) throws RpcException;

  /**
   * Waits.
   *
   * @param nap how long
   * @return the same
   * @throws InterruptedException if the caller doesn't wait any more
   */
  Nap sleep(Nap nap) throws InterruptedException;

  /**
   * Ticks.
   *
   * @param ticks how often
   * @return the ticks
   */
  RpcStream<Tick> ticks(Ticks ticks);

  /**
   * Calls the caller's own {@link Listener}.
   *
   * @param text what it is to hear
   * @param call tells who the caller is
   * @return what it has answered
   */
  Text callMeBack(Text text, CallContext call);

  /** What a caller of {@link #callMeBack} offers. */
  interface Listener {

    /**
     * Hears something.
     *
     * @param text what the other side has said
     * @return the answer
     */
    Text heard(Text text);
  }
}
