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
 * Calls a {@link Shop} so many times a second, an order and a price in turn, each on a virtual thread of its
 * own, and checks what comes back.
 */
public final class Load implements AutoCloseable {

  /** What may run at a time; more are late. */
  private static final int MAX_RUNNING = 2_000;

  /** How many failures are kept; all are counted. */
  private static final int MAX_FAILURES = 10_000;

  /**
   * A call that has failed.
   *
   * @param order whether it was an order, which must not be repeated
   * @param error why
   */
  public record Failure(boolean order, RuntimeException error) {

    /** {@return whether nobody could have known whether it was handled, and it may not be repeated} */
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
   * Begins to call.
   *
   * @param caller whom
   * @param rate how many calls in a second
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
      // It is over.
    }
  }

  private void call(long number) {
    boolean order = number % 2 == 0;
    try {
      String name = "n" + number;
      String[] reply = (order ? shop.order(name) : shop.price(name)).split(" ", -1);
      boolean right = reply[1].equals(name) && (!order || reply[2].equals("confirmed-" + name));
      if (!right) {
        throw new IllegalStateException("the answer to %s was %s".formatted(name, List.of(reply)));
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

  /** {@return how many calls have ended} */
  public long calls() {
    return calls.sum();
  }

  /** {@return how many of them were orders} */
  public long orders() {
    return orders.sum();
  }

  /** {@return how many of them have failed} */
  public int failed() {
    return failed.get();
  }

  /** {@return the calls that have failed, the first 10,000 of them, in order} */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** {@return how many calls each provider has answered} */
  public Map<String, Long> byProvider() {
    Map<String, Long> counts = new TreeMap<>();
    byProvider.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  /**
   * Makes no more calls, and waits until those that run have ended.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void stop() throws InterruptedException {
    ending = true;
    pacer.join();
    running.acquire(MAX_RUNNING);
    running.release(MAX_RUNNING);
  }

  /** Makes no more calls. */
  @Override
  public void close() {
    ending = true;
    pacer.interrupt();
  }
}
