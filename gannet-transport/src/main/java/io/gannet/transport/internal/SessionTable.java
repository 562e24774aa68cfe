package io.gannet.transport.internal;

import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an endpoint, found by their ids. Thread-safe.
 *
 * <p>The table consists of parts with their own locks, so that threads rarely wait for each other.
 * The maps have no objects for keys and entries, which would take more than 60 bytes per session.
 *
 * @param <S> the type of the sessions
 */
final class SessionTable<S> {

  private static final int PART_BITS = 3;
  private static final int PARTS = 1 << PART_BITS;

  /** The load factor of a part's map. A higher one needs less memory. */
  private static final float LOAD = 0.75f;

  /** An odd factor, so that different ids have different keys: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final ToLongFunction<? super S> idOf;
  private final List<Part> parts;

  /** Includes a session from its addition until its removal. */
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

  /** {@return all sessions; those that are added or removed concurrently may be included or not} */
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

  /** The sessions whose ids end with the same bits. */
  private final class Part {

    private final LongObjectMap<S> sessions =
        new LongObjectHashMap<>(LongObjectHashMap.DEFAULT_CAPACITY, LOAD);

    synchronized void add(S session) {
      sessions.put(keyOf(session), session);
    }

    synchronized @Nullable S get(long id) {
      return sessions.get(key(id));
    }

    @SuppressWarnings("ReferenceEquality") // another session with the same id isn't this one
    synchronized boolean remove(S session) {
      long key = keyOf(session);
      if (sessions.get(key) != session) {
        return false;
      }
      sessions.remove(key);
      return true;
    }

    synchronized void addTo(List<S> all) {
      all.addAll(sessions.values());
    }

    private long keyOf(S session) {
      return key(idOf.applyAsLong(session));
    }

    /**
     * Spreads the bits that differ within a part over all bits. The map puts consecutive keys into
     * consecutive slots, so it would search all remaining sessions for a free slot whenever one is
     * added.
     */
    private static long key(long id) {
      return (id >>> PART_BITS) * SPREAD;
    }
  }
}
