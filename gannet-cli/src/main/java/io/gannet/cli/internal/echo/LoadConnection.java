package io.gannet.cli.internal.echo;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TransportException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load client. Keeps a number of requests in flight. Compares each answer
 * byte for byte with the request that it names, or else with the oldest one.
 *
 * <p>Requests are sent by the thread that receives an answer, and by the thread that starts or
 * paces the run. A lock makes them take turns. None of them waits for room in the session's queue;
 * a separate thread does. Otherwise answers would not be read meanwhile, the server could not send
 * them and would stop reading requests, and the queue would stay full for ever.
 *
 * @param <M> the type of the messages
 */
final class LoadConnection<M> implements SessionListener<M> {

  /** Receives the events of a connection. */
  interface Progress {

    /** The session is open and ready to start. */
    void opened();

    /** All answers have arrived, or no more will arrive. Called once. */
    void finished();
  }

  private final LoadPlan plan;
  private final EchoFormat<M> format;
  private final EchoPayload payload;
  private final Latencies latencies;
  private final Progress progress;
  private final int index;
  private final long share;

  private final ReentrantLock lock = new ReentrantLock();
  // The lock guards all fields below.
  private final List<M> requests;
  private final long[] intended;
  private @Nullable Session<M> session;
  private boolean started;
  private boolean finished;
  private boolean cancelled;

  /** Whether the last request that was counted as sent still waits for room. */
  private boolean waitsForRoom;

  private long startNanos;
  private long sent;
  private long answered;
  private long mismatched;
  private long lost;
  private long lastProgressNanos;
  private @Nullable String trouble;

  LoadConnection(
      LoadPlan plan,
      EchoFormat<M> format,
      EchoPayload payload,
      Latencies latencies,
      int index,
      Progress progress) {
    this.plan = plan;
    this.format = format;
    this.payload = payload;
    this.latencies = latencies;
    this.progress = progress;
    this.index = index;
    share = plan.share(index);
    int window = (int) Math.min(plan.inFlight(), Math.max(share, 1));
    requests = new ArrayList<>(window);
    intended = new long[window];
  }

  @Override
  public void onOpen(Session<M> opened) {
    lock.lock();
    try {
      session = opened;
    } finally {
      lock.unlock();
    }
    progress.opened();
  }

  /**
   * Starts to send.
   *
   * @param now the start of the run, the same for all connections
   */
  void start(long now) {
    lock.lock();
    try {
      started = true;
      startNanos = now;
      lastProgressNanos = now;
    } finally {
      lock.unlock();
    }
    pump(now);
  }

  /**
   * Sends the requests that are due and have room.
   *
   * @param now the time
   */
  void pump(long now) {
    boolean done;
    lock.lock();
    try {
      done = pumpLocked(now);
    } finally {
      lock.unlock();
    }
    if (done) {
      progress.finished();
    }
  }

  /** {@return whether this call has finished the connection} */
  private boolean pumpLocked(long now) {
    if (!started || finished || session == null) {
      return false;
    }
    try {
      while (!waitsForRoom
          && sent < share
          && sent - answered < intended.length
          && isDue(sent, now)) {
        send(session, now);
      }
    } catch (TransportException e) {
      trouble = e.getMessage();
      return giveUp();
    }
    if (answered == share) {
      finished = true;
      return true;
    }
    return false;
  }

  private boolean isDue(long message, long now) {
    return plan.rate() == 0 || startNanos + plan.dueNanos(plan.number(index, message)) - now <= 0;
  }

  private void send(Session<M> to, long now) {
    long number = plan.number(index, sent);
    M request = format.request(number, payload.of(number));
    int slot = (int) (sent % intended.length);
    if (slot == requests.size()) {
      requests.add(request);
    } else {
      requests.set(slot, request);
    }
    // With a rate, the time spent waiting for room or for this thread is part of the latency.
    // Otherwise a server that stalls would get fewer requests just while it is slow, and would look
    // better than it is.
    intended[slot] = plan.rate() == 0 ? now : startNanos + plan.dueNanos(number);
    if (sent == answered) {
      lastProgressNanos = now;
    }
    if (!to.trySend(request)) {
      waitsForRoom = true;
      Thread.startVirtualThread(() -> sendWhenThereIsRoom(to, request));
    }
    sent++; // before the answer comes
  }

  private void sendWhenThereIsRoom(Session<M> to, M request) {
    @Nullable String failure = null;
    try {
      to.send(request);
    } catch (TransportException e) {
      failure = String.valueOf(e.getMessage());
    }
    lock.lock();
    try {
      waitsForRoom = false;
      if (failure != null) {
        sent--;
      }
    } finally {
      lock.unlock();
    }
    if (failure == null) {
      pump(System.nanoTime());
    } else {
      end(failure);
    }
  }

  @Override
  public void onMessage(Session<M> from, M reply) {
    long now = System.nanoTime();
    boolean done;
    lock.lock();
    try {
      done = !finished && answer(reply, now);
    } finally {
      lock.unlock();
    }
    if (done) {
      progress.finished();
    }
  }

  private boolean answer(M reply, long now) {
    if (answered == sent) {
      mismatched++;
      trouble = "received an answer without a request";
      return giveUp();
    }
    int slot = (int) (answered % intended.length);
    bringForward(reply, slot);
    if (!format.answers(requests.get(slot), reply)) {
      mismatched++;
      if (trouble == null) {
        trouble = "the answer to request %d is not what was sent".formatted(answered + 1);
      }
    }
    latencies.record(now - intended[slot]);
    answered++;
    lastProgressNanos = now;
    return pumpLocked(now);
  }

  /** Swaps a request with the oldest one if the answer names it. */
  private void bringForward(M reply, int oldest) {
    for (long number = answered; number < sent; number++) {
      int slot = (int) (number % intended.length);
      if (format.isFor(requests.get(slot), reply)) {
        Collections.swap(requests, oldest, slot);
        long other = intended[oldest];
        intended[oldest] = intended[slot];
        intended[slot] = other;
        return;
      }
    }
  }

  @Override
  public void onError(Session<M> failed, Throwable error) {
    lock.lock();
    try {
      if (trouble == null) {
        trouble = error.getMessage();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onClose(Session<M> closed, CloseReason reason) {
    end("the connection closed: " + reason);
  }

  /**
   * Stops waiting if an answer is overdue.
   *
   * @param now the time
   */
  void checkTimeout(long now) {
    lock.lock();
    try {
      if (finished || sent == answered || now - lastProgressNanos < plan.timeout().toNanos()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    end("no answer within %d s (--timeout)".formatted(plan.timeout().toSeconds()));
  }

  /**
   * Stops waiting. Has no effect if all answers have arrived.
   *
   * @param why the reason, unless an earlier one is known
   */
  void end(String why) {
    boolean done;
    lock.lock();
    try {
      done = !finished;
      if (done) {
        if (trouble == null) {
          trouble = why;
        }
        giveUp();
      }
    } finally {
      lock.unlock();
    }
    if (done) {
      progress.finished();
    }
  }

  /** Ends early at the user's request. Missing answers are then not counted as errors. */
  void cancel() {
    lock.lock();
    try {
      if (finished) {
        return;
      }
      finished = true;
      cancelled = true;
    } finally {
      lock.unlock();
    }
    progress.finished();
  }

  private boolean giveUp() {
    lost = sent - answered;
    finished = true;
    return true;
  }

  /** {@return the current status} */
  Status status() {
    lock.lock();
    try {
      long unsent = cancelled ? 0 : share - sent;
      return new Status(sent, answered, mismatched, lost, unsent, trouble);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The status of a connection.
   *
   * @param sent requests sent
   * @param answered received answers
   * @param mismatched answers that differed from the expected one
   * @param lost requests that will have no answer
   * @param unsent requests that should have been sent
   * @param trouble the first failure, if there was one
   */
  record Status(
      long sent,
      long answered,
      long mismatched,
      long lost,
      long unsent,
      @Nullable String trouble) {}
}
