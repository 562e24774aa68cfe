package io.gannet.transport.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an endpoint, found by their ids. Thread-safe.
 *
 * <p>A hash table with linear probing whose keys are in the sessions: 6 to 12 bytes for each session, where a map
 * with boxed keys takes more than 60. It consists of parts with a lock each, so that threads rarely wait for
 * each other.
 *
 * @param <S> the type of the sessions
 */
final class SessionTable<S> {

  private static final int PART_BITS = 3;
  private static final int PARTS = 1 << PART_BITS;
  private static final int SMALLEST = 4;

  /** Spreads ids that follow each other over the whole table: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final ToLongFunction<? super S> idOf;
  private final List<Part> parts;

  /** Counts a session once it is in the table, and until it is out of it. */
  private final AtomicInteger size = new AtomicInteger();

  /**
   * Creates an empty table.
   *
   * @param idOf the id of a session, which never changes
   */
  SessionTable(ToLongFunction<? super S> idOf) {
    this.idOf = idOf;
    this.parts = Stream.generate(Part::new).limit(PARTS).toList();
  }

  /** Adds a session, which must not be in the table. */
  void add(S session) {
    partOf(idOf.applyAsLong(session)).add(session);
    size.incrementAndGet();
  }

  /** Removes a session if it is in the table. */
  void remove(S session) {
    if (partOf(idOf.applyAsLong(session)).remove(session)) {
      size.decrementAndGet();
    }
  }

  /** {@return the session with an id, or null} */
  @Nullable S get(long id) {
    return partOf(id).get(id);
  }

  /** {@return all sessions; those that are added or removed meanwhile may or may not be among them} */
  List<S> all() {
    List<S> all = new ArrayList<>(size());
    parts.forEach(part -> part.addTo(all));
    return all;
  }

  int size() {
    return size.get();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  private Part partOf(long id) {
    return parts.get((int) (id & (PARTS - 1)));
  }

  /** The sessions whose ids have the same last bits. */
  private final class Part {

    /** A power of two, of which at least a third is free. */
    private @Nullable Object[] slots = new @Nullable Object[SMALLEST];

    private int used;

    synchronized void add(S session) {
      if (used + 1 > slots.length / 3 * 2) {
        grow();
      }
      used++;
      slots[freeSlot(idOf.applyAsLong(session))] = session;
    }

    synchronized @Nullable S get(long id) {
      for (int i = home(id); slots[i] != null; i = next(i)) {
        S session = at(i);
        if (idOf.applyAsLong(session) == id) {
          return session;
        }
      }
      return null;
    }

    synchronized boolean remove(S session) {
      int gap = home(idOf.applyAsLong(session));
      while (slots[gap] != session) {
        if (slots[gap] == null) {
          return false;
        }
        gap = next(gap);
      }
      used--;
      // What stands behind the gap and would no longer be found is moved into it.
      for (int i = next(gap); slots[i] != null; i = next(i)) {
        int home = home(idOf.applyAsLong(at(i)));
        if (distance(home, i) >= distance(gap, i)) {
          slots[gap] = slots[i];
          gap = i;
        }
      }
      slots[gap] = null;
      return true;
    }

    synchronized void addTo(List<S> all) {
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] != null) {
          all.add(at(i));
        }
      }
    }

    private void grow() {
      @Nullable Object[] before = slots;
      slots = new @Nullable Object[before.length * 2];
      for (Object each : before) {
        if (each != null) {
          @SuppressWarnings("unchecked") // only sessions are put in
          S session = (S) each;
          slots[freeSlot(idOf.applyAsLong(session))] = session;
        }
      }
    }

    private int freeSlot(long id) {
      int i = home(id);
      while (slots[i] != null) {
        i = next(i);
      }
      return i;
    }

    @SuppressWarnings("unchecked") // only sessions are put in
    private S at(int slot) {
      return (S) Objects.requireNonNull(slots[slot]);
    }

    private int home(long id) {
      return (int)
          (((id >>> PART_BITS) * SPREAD) >>> (Long.numberOfLeadingZeros(slots.length) + 1));
    }

    private int next(int slot) {
      return (slot + 1) & (slots.length - 1);
    }

    /** {@return how many steps lead from one slot to another} */
    private int distance(int from, int to) {
      return (to - from) & (slots.length - 1);
    }
  }
}
