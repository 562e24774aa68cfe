package io.gannet.examples.rpc;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import java.math.BigDecimal;
import java.util.List;

/** A service with a method for each kind of call. */
public interface EchoService {

  /**
   * A text.
   *
   * @param text any text
   */
  record Text(String text) {}

  /**
   * The numbers to add.
   *
   * @param numbers the numbers
   */
  record Numbers(List<Double> numbers) {}

  /**
   * A sum.
   *
   * @param total the sum of all numbers
   */
  record Total(BigDecimal total) {}

  /**
   * A time to wait.
   *
   * @param millis milliseconds
   */
  record Nap(long millis) {}

  /**
   * How often to tick.
   *
   * @param count the number of ticks
   * @param millis the time before each tick in milliseconds
   */
  record Ticks(int count, long millis) {}

  /**
   * A tick.
   *
   * @param tick its number, from 1
   */
  record Tick(int tick) {}

  /**
   * Returns its argument.
   *
   * @param text any text
   * @return the same
   */
  Text echo(Text text);

  /**
   * Adds numbers.
   *
   * @param numbers any numbers
   * @return their sum
   */
  Total sum(Numbers numbers);

  /**
   * Always fails.
   *
   * @param text the message of the failure
   * @throws RpcException always, with {@link RpcCode#UNKNOWN}
   */
  void fail(Text text) throws RpcException;

  /**
   * Waits for a time.
   *
   * @param nap the time
   * @return the same
   * @throws InterruptedException if the caller no longer waits
   */
  Nap sleep(Nap nap) throws InterruptedException;

  /**
   * Returns a stream of ticks.
   *
   * @param ticks the number and the interval
   * @return the ticks
   */
  RpcStream<Tick> ticks(Ticks ticks);

  /**
   * Calls the {@link Listener} of the caller.
   *
   * @param text the argument of that call
   * @param call has the caller's connection
   * @return the answer
   */
  Text callMeBack(Text text, CallContext call);

  /** The service that a caller of {@link #callMeBack} offers. */
  interface Listener {

    /**
     * Receives a text.
     *
     * @param text the text
     * @return the answer
     */
    Text heard(Text text);
  }
}
