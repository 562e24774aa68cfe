package io.gannet.transport.internal.session;

import io.gannet.transport.EncodeException;
import io.gannet.transport.internal.session.Outbounds.HeapAllocator;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link OutboundBuffer} under many interleavings of a few threads. */
@Timeout(300) // threads take turns at every step, which takes long on a busy machine
class OutboundBufferModelTest {

  /** The number of bytes that fills the queue. */
  private static final int HIGH = 4;

  /** The number of bytes at which there is room again. */
  private static final int LOW = 2;

  @Test
  void everyOperationMatchesASimpleQueue() {
    ModelChecking.checkAgainst(Specification.class, Operations.class);
  }

  @Test
  void noMessageIsLostAndEachWaitingThreadIsWoken() {
    ModelChecking.checkScenarios(
        Scenario.class,
        100,
        List.of(call("flush", ROOMY), call("sendTwo", ROOMY), call("sendTwoMore", ROOMY)),
        List.of(call("flush", TIGHT), call("sendTwo", TIGHT), call("sendTwoMore", TIGHT)),
        List.of(call("drain", TIGHT), call("sendTwo", TIGHT), call("sendTwoMore", TIGHT)),
        List.of(call("drain", ROOMY), call("sendTwo", ROOMY), call("sendTwoMore", ROOMY)),
        List.of(call("seal", STUCK), call("sendLate", STUCK), call("sendLate", STUCK)),
        List.of(call("discard", STUCK), call("sendLate", STUCK), call("sendAllLate", STUCK)));
  }

  private static Actor call(String method, int queue) {
    return ModelChecking.actor(Scenario.class, method, queue);
  }

  // ---------------------------------------------------------------- what it does

  /** Remembers which message it belongs to. */
  private static final class Ack extends CompletableFuture<Void> {
    final int message;

    Ack(int message) {
      this.message = message;
    }
  }

  private static String messages(List<CompletableFuture<Void>> acks) {
    StringBuilder text = new StringBuilder();
    acks.forEach(ack -> text.append(((Ack) ack).message));
    return text.toString();
  }

  /** The steps of a session with an outbound buffer. */
  public static class Operations {
    private final OutboundBuffer<String> outbound =
        Outbounds.outbound(new HeapAllocator(), HIGH, LOW);
    private int writing;

    @Operation
    public String offer(@Param(gen = IntGen.class, conf = "0:9") int message) {
      return outbound.offer("m" + message, null).name();
    }

    @Operation
    public String offerAsync(@Param(gen = IntGen.class, conf = "0:9") int message) {
      return outbound.offer("a" + message, new Ack(message)).name();
    }

    @Operation
    public String offerAll(@Param(gen = IntGen.class, conf = "0:9") int message)
        throws InterruptedException {
      return outbound
          .offerAll(List.of("x" + message, "y" + message), OutboundBuffer.NO_WAIT)
          .name();
    }

    @Operation
    public String offerUnencodable() {
      try {
        return outbound.offer("half!", null).name();
      } catch (EncodeException e) {
        return "unencodable";
      }
    }

    @Operation(nonParallelGroup = "loop")
    public @Nullable String take() {
      ByteBuf[] chunks = outbound.take();
      if (chunks == null) {
        return null;
      }
      String text = Outbounds.release(chunks);
      writing += text.length();
      return text;
    }

    @Operation(nonParallelGroup = "loop")
    public String written() {
      int bytes = writing;
      writing = 0;
      return messages(outbound.written(bytes));
    }

    @Operation(nonParallelGroup = "loop")
    public String discard() {
      return messages(outbound.discard());
    }

    @Operation
    public void seal() {
      outbound.seal();
    }

    @Operation
    public String counters() {
      return Outbounds.text(outbound.counters());
    }
  }

  /** The simplest implementation for a single thread. */
  public static class Specification {
    private final ArrayDeque<Integer> acks = new ArrayDeque<>();
    private final ArrayDeque<Integer> ackPositions = new ArrayDeque<>();
    private @Nullable String waiting;
    private int writing;
    private int accepted;
    private int written;
    private int messages;
    private int timesFull;
    private boolean flushOwed;
    private boolean full;
    private boolean sealed;

    private String append(String text, int count) {
      if (sealed || full) {
        return sealed ? "SEALED" : "FULL";
      }
      waiting = waiting == null ? text : waiting + text;
      accepted += text.length();
      messages += count;
      if (accepted - written >= HIGH) {
        full = true;
        timesFull++;
      }
      String result = "ACCEPTED_FLUSH_OWED";
      if (flushOwed) {
        result = accepted - written > LOW ? "ACCEPTED_BEHIND" : "ACCEPTED";
      }
      flushOwed = true;
      return result;
    }

    public String offer(int message) {
      return append("m" + message, 1);
    }

    public String offerAsync(int message) {
      String result = append("a" + message, 1);
      if (result.startsWith("ACCEPTED")) {
        acks.add(message);
        ackPositions.add(accepted);
      }
      return result;
    }

    public String offerAll(int message) {
      return append("x" + message + "y" + message, 2);
    }

    public String offerUnencodable() {
      if (sealed || full) {
        return sealed ? "SEALED" : "FULL";
      }
      if (flushOwed && waiting == null) {
        waiting = ""; // harmless: the take that is owed finds an empty chunk
      }
      return "unencodable";
    }

    public @Nullable String take() {
      String taken = waiting;
      waiting = null;
      if (taken == null) {
        flushOwed = false;
      } else {
        writing += taken.length();
      }
      return taken;
    }

    public String written() {
      written += writing;
      writing = 0;
      if (accepted - written <= LOW) {
        full = false;
      }
      StringBuilder due = new StringBuilder();
      while (!acks.isEmpty() && ackPositions.element() <= written) {
        ackPositions.remove();
        due.append(acks.remove());
      }
      return due.toString();
    }

    public String discard() {
      sealed = true;
      waiting = null;
      StringBuilder due = new StringBuilder();
      while (!acks.isEmpty()) {
        due.append(acks.remove());
      }
      ackPositions.clear();
      return due.toString();
    }

    public void seal() {
      sealed = true;
    }

    public String counters() {
      return Outbounds.text(
          new OutboundBuffer.Counters(accepted - written, written, messages, 0, timesFull, full));
    }
  }

  // ---------------------------------------------------------------- how it is used

  /** A queue with room for everything. */
  private static final int ROOMY = 0;

  /** A queue with room for one message. */
  private static final int TIGHT = 1;

  /** A full queue whose peer reads nothing. */
  private static final int STUCK = 2;

  /** A queue and its expected state. */
  private static final class Queue {
    final HeapAllocator allocator = new HeapAllocator();
    final OutboundBuffer<String> outbound;
    final Semaphore wakeUps = new Semaphore(0);
    final AtomicInteger accepted = new AtomicInteger();
    String taken = "";
    boolean sealed;

    Queue(int high, int low) {
      outbound = Outbounds.outbound(allocator, high, low);
    }

    void send(String message) throws InterruptedException {
      Offer offer = outbound.offer(message, null, 0);
      if (offer == Offer.FULL || (offer == Offer.SEALED && !sealed)) {
        throw new AssertionError(offer);
      }
      if (offer != Offer.SEALED) {
        accepted.addAndGet(message.length());
      }
      if (offer == Offer.ACCEPTED_FLUSH_OWED) {
        wakeUps.release();
      }
    }

    void takeAll() {
      for (ByteBuf[] chunks = outbound.take(); chunks != null; chunks = outbound.take()) {
        String text = Outbounds.release(chunks);
        outbound.written(text.length());
        taken += text;
      }
    }

    void seal() {
      sealed = true;
      outbound.seal();
    }
  }

  /** Threads that send two messages each, and a loop that sleeps until it is woken. */
  public static class Scenario {
    private final Queue[] queues = {new Queue(100, 50), new Queue(1, 0), new Queue(4, 2)};

    public Scenario() throws InterruptedException {
      queues[STUCK].send("full");
    }

    public void sendTwo(int queue) throws InterruptedException {
      queues[queue].send("a");
      queues[queue].send("b");
    }

    public void sendTwoMore(int queue) throws InterruptedException {
      queues[queue].send("c");
      queues[queue].send("d");
    }

    public void flush(int queue) throws InterruptedException {
      while (queues[queue].taken.length() < 4) {
        queues[queue].wakeUps.acquire();
        queues[queue].takeAll();
      }
      if (queues[queue].wakeUps.availablePermits() > 0) {
        throw new AssertionError("woken for nothing");
      }
    }

    /** Like a session whose last callback has returned. */
    public void drain(int queue) {
      queues[queue].seal();
      queues[queue].takeAll();
    }

    public void seal(int queue) {
      queues[queue].seal();
    }

    public void discard(int queue) {
      queues[queue].sealed = true;
      queues[queue].outbound.discard();
    }

    public void sendLate(int queue) throws InterruptedException {
      queues[queue].send("late");
    }

    public void sendAllLate(int queue) throws InterruptedException {
      Offer offer = queues[queue].outbound.offerAll(List.of("too", "late"), 0);
      if (offer != Offer.SEALED) {
        throw new AssertionError(offer);
      }
    }

    @Validate
    public void validate() {
      queues[STUCK].outbound.discard();
      for (Queue queue : queues) {
        String taken = queue.taken;
        if (queue != queues[STUCK] && taken.length() != queue.accepted.get()) {
          throw new AssertionError("accepted " + queue.accepted + ", taken " + taken);
        }
        if (outOfOrder(taken, "a", "b") || outOfOrder(taken, "c", "d")) {
          throw new AssertionError("out of order: " + taken);
        }
        if (queue.allocator.unreleased() > 0) {
          throw new AssertionError("something is left");
        }
      }
      if (queues[STUCK].accepted.get() > 4) {
        throw new AssertionError("accepted something although full");
      }
    }

    private static boolean outOfOrder(String text, String first, String second) {
      return text.contains(second) && text.indexOf(first) > text.indexOf(second);
    }
  }
}
