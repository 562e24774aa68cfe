package io.gannet.rpc.internal.call;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls on one side of a connection that wait for their response. Any thread adds and removes
 * calls, without a lock. The single thread that removes a call decides its outcome.
 *
 * <p>The id of a call determines its slot, so that it is found at once. There are twice as many
 * slots as allowed calls. An id whose slot is used by an older call is skipped.
 */
final class PendingCalls {

  private final int limit;
  private final int mask;
  private final AtomicReferenceArray<@Nullable OutgoingCall> slots;
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Creates an empty set.
   *
   * @param limit the maximum number of calls, at most 2^20
   */
  PendingCalls(int limit) {
    this.limit = limit;
    int size = Integer.highestOneBit(Math.max(2, limit * 2 - 1)) << 1;
    this.mask = size - 1;
    this.slots = new AtomicReferenceArray<>(size);
  }

  /**
   * Adds a call and assigns its id.
   *
   * @return false if the limit is reached
   */
  boolean add(OutgoingCall call) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      return false;
    }
    while (true) {
      int id = ids.incrementAndGet();
      call.id = id & 0xFFFF_FFFFL;
      if (slots.compareAndSet(id & mask, null, call)) {
        return true;
      }
    }
  }

  /** {@return the call with an id, or null} */
  @Nullable OutgoingCall find(long id) {
    OutgoingCall call = slots.get((int) id & mask);
    return call == null || call.id != id ? null : call;
  }

  /** Removes the call with an id. Returns null if it was removed before. */
  @Nullable OutgoingCall remove(long id) {
    int slot = (int) id & mask;
    OutgoingCall call = slots.get(slot);
    if (call == null || call.id != id) {
      return null;
    }
    return removeFrom(slot, call) ? call : null;
  }

  /** Removes a call. Returns whether it was present. */
  boolean remove(OutgoingCall call) {
    return removeFrom((int) call.id & mask, call);
  }

  private boolean removeFrom(int slot, OutgoingCall call) {
    if (slots.compareAndSet(slot, call, null)) {
      count.decrementAndGet();
      return true;
    }
    return false;
  }

  /** {@return the number of calls} */
  int size() {
    return count.get();
  }

  /**
   * Removes the calls whose deadline has passed.
   *
   * @param now the current moment
   * @param expired receives each of them
   * @return the earliest remaining deadline
   */
  long removeExpired(long now, Consumer<OutgoingCall> expired) {
    long next = Clock.NEVER;
    for (int slot = 0; slot <= mask; slot++) {
      OutgoingCall call = slots.get(slot);
      if (call == null) {
        continue;
      }
      if (call.deadline > now) {
        next = Math.min(next, call.deadline);
      } else if (removeFrom(slot, call)) {
        expired.accept(call);
      }
    }
    return next;
  }

  /**
   * Removes the calls that have been sent.
   *
   * @param removed receives each of them
   */
  void removeSent(Consumer<OutgoingCall> removed) {
    for (int slot = 0; slot <= mask; slot++) {
      OutgoingCall call = slots.get(slot);
      if (call != null && call.isSent && removeFrom(slot, call)) {
        removed.accept(call);
      }
    }
  }
}
