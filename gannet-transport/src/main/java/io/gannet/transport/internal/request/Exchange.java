package io.gannet.transport.internal.request;

import io.gannet.transport.CloseReason;
import io.gannet.transport.EventLoops;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.RequestTimeoutException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session.
 *
 * <p><b>Order.</b> Under {@link #sending}, a request is added to the waiting ones and then sent, so
 * both happen in the same order for all threads. It is added first, because its response may arrive
 * before {@code send} returns. A request that waits for room in the outbound queue holds the lock.
 * A caller that must not wait checks {@link #waitsForRoom} and fails instead of waiting for the
 * lock.
 *
 * <p><b>The end.</b> {@link #end} sets {@link #ended} and then fails all waiting requests. A caller
 * that adds a request checks {@code ended} afterwards, so none is left behind.
 *
 * <p><b>Order lost.</b> If the next message can't be matched to a request, {@link #orderLost} is
 * set and the session is closed. Callbacks of messages that arrived before the close takes effect
 * still run, but these messages match no request.
 */
final class Exchange<M> {

  /** Longer than any timeout of the transport, without overflow. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /** The number of permits that the end adds, small enough not to overflow. */
  private static final int MOST_PLACES = Integer.MAX_VALUE / 4;

  /** The close code for a peer that violates the protocol. */
  private static final int POLICY_VIOLATION = 1008;

  private final Session<M> session;
  private final RequestSettings<M> settings;
  private final Slots<M> slots;
  private final Semaphore places;
  private final ReentrantLock sending = new ReentrantLock();

  private volatile boolean waitsForRoom;
  private volatile @Nullable CloseReason ended;

  /**
   * Set before the session is closed for this reason, and never reset. Only if responses arrive in
   * order.
   */
  private volatile boolean orderLost;

  /** The thread that currently runs a callback of the session. */
  private volatile @Nullable Thread callback;

  Exchange(Session<M> session, RequestSettings<M> settings) {
    this.session = session;
    this.settings = settings;
    this.slots = settings.isOrdered() ? new Slots.Ordered<>() : new Slots.Keyed<>();
    this.places = new Semaphore(Math.min(settings.maxPending(), MOST_PLACES));
  }

  // ---------------------------------------------------------------- requests, on any thread

  void checkMayWait() {
    if (EventLoops.isIoThread() || Thread.currentThread().equals(callback)) {
      throw new IllegalStateException(
          "the answer of %s can't arrive while this thread waits for it: use callAsync, or another"
                  .formatted(session)
              + " thread");
    }
  }

  /**
   * Sends a request.
   *
   * @param timeout the maximum time until the response arrives, in nanoseconds; 0 for no limit
   * @param mayWait whether to wait for a permit and for room
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Slot<M> send(M request, long timeout, boolean mayWait) throws InterruptedException {
    Objects.requireNonNull(request, "request");
    Slot<M> slot = new Slot<>(settings.keyOf(request));
    long deadline = System.nanoTime() + (timeout == 0 ? FOR_EVER.toNanos() : timeout);
    takePlace(deadline, mayWait);
    boolean sent = false;
    try {
      if (settings.isOrdered()) {
        lockSending(deadline, mayWait);
        try {
          transmit(slot, request, deadline, mayWait);
        } finally {
          sending.unlock();
        }
      } else {
        transmit(slot, request, deadline, mayWait);
      }
      sent = true;
    } finally {
      if (!sent) {
        slots.remove(slot);
        left(slot);
      }
    }
    if (timeout != 0) {
      slot.after(deadline - System.nanoTime(), () -> expired(slot, timeout));
    }
    return slot;
  }

  private void takePlace(long deadline, boolean mayWait) throws InterruptedException {
    boolean taken =
        mayWait
            ? places.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
            : places.tryAcquire();
    if (!taken) {
      throw new QueueFullException(
          "%d requests already wait for their answers on %s (setting withMaxPending)"
              .formatted(settings.maxPending(), session));
    }
  }

  private void lockSending(long deadline, boolean mayWait) throws InterruptedException {
    if (mayWait) {
      if (!sending.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw noRoom();
      }
      return;
    }
    while (!sending.tryLock(1, TimeUnit.MILLISECONDS)) {
      if (waitsForRoom) {
        throw noRoom();
      }
    }
  }

  private QueueFullException noRoom() {
    return new QueueFullException(
        "earlier requests wait for room in the outbound queue of " + session);
  }

  private void transmit(Slot<M> slot, M request, long deadline, boolean mayWait) {
    slots.add(slot);
    CloseReason end = ended;
    if (end != null) {
      throw closed(end);
    }
    if (!session.trySend(request)) {
      sendWithin(request, deadline, mayWait);
    }
  }

  private void sendWithin(M request, long deadline, boolean mayWait) {
    if (!mayWait) {
      throw new QueueFullException("the outbound queue of %s is full".formatted(session));
    }
    waitsForRoom = true;
    try {
      session.send(request, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    } finally {
      waitsForRoom = false;
    }
  }

  private SessionClosedException closed(CloseReason why) {
    return new SessionClosedException("%s is closed: %s".formatted(session, why), why);
  }

  private void expired(Slot<M> slot, long timeout) {
    slot.completeExceptionally(
        new RequestTimeoutException(
            "no answer from %s within %s (setting withTimeout)"
                .formatted(session, Duration.ofNanos(timeout))));
    slot.after(timeout, () -> lost(slot));
  }

  /** Called when a response is far too late: the peer may never have answered the request. */
  private void lost(Slot<M> slot) {
    if (settings.isOrdered()) {
      if (slots.contains(slot)) { // it stays until the end: the answer may arrive
        closeBecause("a request was not answered in time");
      }
    } else if (slots.remove(slot)) {
      left(slot);
    }
  }

  private void left(Slot<M> slot) {
    if (slot.leave()) {
      places.release();
    }
  }

  /** Closes the session, because the next message can't be matched to a request. */
  private void closeBecause(String why) {
    orderLost = true;
    session.close(POLICY_VIOLATION, why);
    session.close(StopMode.NOW);
  }

  // ---------------------------------------------------------------- events, in callbacks

  /** Called when a callback of the session starts. */
  void enter() {
    callback = Thread.currentThread();
  }

  /** Called when a callback of the session has ended. */
  void leave() {
    callback = null;
  }

  /** Returns whether a message was a response, or may have been one. */
  boolean received(M message) {
    Slot<M> slot;
    try {
      if (settings.isUnsolicited(message)) {
        return false;
      }
      slot = slots.take(settings.keyOfMessage(message));
    } catch (Throwable t) {
      if (settings.isOrdered()) {
        closeBecause("the request that a message answers can't be determined");
      }
      throw t;
    }
    if (orderLost) { // read after take, so that a concurrent change is seen
      if (slot != null) {
        slots.add(slot); // the later onClose fails it
      }
      return true;
    }
    if (slot == null) {
      return false;
    }
    left(slot);
    slot.complete(message); // has no effect on a cancelled request
    return true;
  }

  void failed(Throwable error) {
    if (error instanceof SkippedMessageException && settings.isOrdered() && !slots.isEmpty()) {
      closeBecause("an answer could not be decoded");
    }
  }

  void end(CloseReason reason) {
    ended = reason;
    for (Slot<M> slot : slots.removeAll()) {
      left(slot);
      slot.completeExceptionally(closed(reason));
    }
    places.release(MOST_PLACES); // waiting threads then see the end
  }

  /**
   * Returns the exception for the thread that waited for a response, not the one created by another
   * thread.
   */
  static RuntimeException toCaller(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof SessionClosedException closed) {
      return new SessionClosedException(message, closed.reason());
    }
    if (failure instanceof RequestTimeoutException) {
      return new RequestTimeoutException(message);
    }
    return new TransportException(message, failure);
  }
}
