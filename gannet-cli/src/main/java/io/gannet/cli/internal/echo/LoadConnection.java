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
 * One connection of the client: keeps a number of requests in flight, and checks that each answer is
 * the oldest request's, or the one's that it names, byte for byte.
 *
 * <p>Requests leave from the thread that brings an answer, and from the one that starts the run or
 * paces it; a lock makes one of them at a time decide what is next. None of them waits for room in
 * the session's queue: a thread of its own does. Answers must be read meanwhile, because a server
 * that can't get rid of them takes no more requests, and the room would never come.
 *
 * @param <M> the type of the messages
 */
final class LoadConnection<M> implements SessionListener<M> {

  /** What the run wants to know. */
  interface Progress {

    /** The session is open, and ready to start. */
    void opened();

    /** All answers have come, or none will come any more. Called once. */
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
  // All below is guarded by the lock.
  private final List<M> requests;
  private final long[] intended;
  private @Nullable Session<M> session;
  private boolean started;
  private boolean finished;
  private boolean cancelled;

  /** The last request counted as sent is still waiting for room. */
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
   * Begins to send.
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
   * Sends what is due and has room.
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

  /** {@return whether this has finished just now} */
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
    // With a rate, waiting for room or for this thread is part of the latency: a server that stalls
    // would otherwise be asked less just when it is slow, and look better than it is.
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
      trouble = "an answer came that no request asked for";
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

  /** Changes places with the oldest request if an answer is another's. */
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
    end("the connection ended: " + reason);
  }

  /**
   * Waits no longer if an answer is overdue.
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
    end("no answer for %d s (setting --timeout)".formatted(plan.timeout().toSeconds()));
  }

  /**
   * Waits for nothing any more; without an effect if all has come.
   *
   * @param why what happened, unless something has happened before
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

  /** Ends early because the user wants it: what is missing then is no error. */
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

  /** {@return how it stands} */
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
   * How a connection stands.
   *
   * @param sent requests sent
   * @param answered answers that came
   * @param mismatched answers that were not right
   * @param lost requests that will have no answer
   * @param unsent requests that should have been sent
   * @param trouble what went wrong first, if anything did
   */
  record Status(
      long sent,
      long answered,
      long mismatched,
      long lost,
      long unsent,
      @Nullable String trouble) {}
}
