package io.gannet.rpc.internal.call;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one side of a connection that wait for their response. Any thread adds and removes,
 * without a lock: whoever removes a call, and there is only one, says how it ended.
 *
 * <p>The id of a call says in which slot it is, so that finding it takes one look. There are twice
 * as many slots as calls allowed: an id whose slot is taken by an older call is passed over.
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
   * @param limit how many calls there may be, at most 2^20
   */
  PendingCalls(int limit) {
    this.limit = limit;
    int size = Integer.highestOneBit(Math.max(2, limit * 2 - 1)) << 1;
    this.mask = size - 1;
    this.slots = new AtomicReferenceArray<>(size);
  }

  /**
   * Adds a call and gives it an id.
   *
   * @return false if there are too many
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

  /** Removes the call with an id; returns it unless somebody has removed it before. */
  @Nullable OutgoingCall remove(long id) {
    int slot = (int) id & mask;
    OutgoingCall call = slots.get(slot);
    if (call == null || call.id != id) {
      return null;
    }
    return removeFrom(slot, call) ? call : null;
  }

  /** Removes a call; returns whether it was there. */
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

  /** {@return how many there are} */
  int size() {
    return count.get();
  }

  /**
   * Removes the calls whose time is over.
   *
   * @param now the moment
   * @param expired is given each of them
   * @return the earliest deadline of the others
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
   * Removes all calls.
   *
   * @param removed is given each of them
   */
  void removeAll(Consumer<OutgoingCall> removed) {
    for (int slot = 0; slot <= mask; slot++) {
      OutgoingCall call = slots.get(slot);
      if (call != null && removeFrom(slot, call)) {
        removed.accept(call);
      }
    }
  }
}
