package io.gannet.cli.internal.cluster;

import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Calls a {@link Shop} at a fixed rate, alternating orders and price queries, each on its own
 * virtual thread. Checks the replies.
 */
public final class Load implements AutoCloseable {

  /** The maximum number of running calls. Further calls are delayed. */
  private static final int MAX_RUNNING = 2_000;

  /** The maximum number of recorded failures. All failures are counted. */
  private static final int MAX_FAILURES = 10_000;

  /**
   * A failed call.
   *
   * @param order whether it was an order, which is not safe to retry
   * @param error the failure
   */
  public record Failure(boolean order, RuntimeException error) {

    /**
     * {@return whether it is unknown if the call was handled, and the call is not safe to retry}
     */
    public boolean isAllowedAfterKill() {
      return order && error instanceof RpcException rpc && !rpc.notStarted();
    }
  }

  private final Shop shop;
  private final long periodNanos;
  private final Thread pacer;
  private final Semaphore running = new Semaphore(MAX_RUNNING);
  private final LongAdder calls = new LongAdder();
  private final LongAdder orders = new LongAdder();
  private final AtomicInteger failed = new AtomicInteger();
  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> byProvider = new ConcurrentHashMap<>();
  private volatile boolean ending;

  /**
   * Starts to call.
   *
   * @param caller the client
   * @param rate the number of calls per second
   */
  public Load(RpcCaller caller, int rate) {
    shop = caller.proxy(Shop.class);
    periodNanos = Duration.ofSeconds(1).toNanos() / rate;
    pacer = Thread.ofPlatform().name("gannet-load").start(this::pace);
  }

  private void pace() {
    long next = System.nanoTime();
    long number = 0;
    try {
      while (!ending) {
        running.acquire();
        long call = number++;
        Thread.ofVirtual().start(() -> call(call));
        next += periodNanos;
        long wait = next - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
      }
    } catch (InterruptedException e) {
      // The load is stopped.
    }
  }

  private void call(long number) {
    boolean order = number % 2 == 0;
    try {
      String name = "n" + number;
      String[] reply = (order ? shop.order(name) : shop.price(name)).split(" ", -1);
      boolean right = reply[1].equals(name) && (!order || reply[2].equals("confirmed-" + name));
      if (!right) {
        throw new IllegalStateException(
            "unexpected answer to %s: %s".formatted(name, List.of(reply)));
      }
      byProvider.computeIfAbsent(reply[0], any -> new LongAdder()).increment();
    } catch (RuntimeException e) {
      if (failed.getAndIncrement() < MAX_FAILURES) {
        failures.add(new Failure(order, e));
      }
    } finally {
      calls.increment();
      if (order) {
        orders.increment();
      }
      running.release();
    }
  }

  /** {@return the number of completed calls} */
  public long calls() {
    return calls.sum();
  }

  /** {@return the number of completed orders} */
  public long orders() {
    return orders.sum();
  }

  /** {@return the number of failed calls} */
  public int failed() {
    return failed.get();
  }

  /** {@return the first 10,000 failed calls, in order} */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** {@return the number of answered calls per provider} */
  public Map<String, Long> byProvider() {
    Map<String, Long> counts = new TreeMap<>();
    byProvider.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  /**
   * Stops making calls, and waits until running calls have ended.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void stop() throws InterruptedException {
    ending = true;
    pacer.join();
    running.acquire(MAX_RUNNING);
    running.release(MAX_RUNNING);
  }

  /** Stops making calls. */
  @Override
  public void close() {
    ending = true;
    pacer.interrupt();
  }
}
