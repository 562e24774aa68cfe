package io.gannet.transport.internal.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The requests of a session that wait for their answers. Thread-safe. */
sealed interface Slots<M> {

  /** Adds one; throws {@link IllegalArgumentException} if its answer couldn't be told from another's. */
  void add(Slot<M> slot);

  /** Takes the one that a message answers out, or returns null if it answers none. */
  @Nullable Slot<M> take(@Nullable Object key);

  /** Takes one out; returns whether it was there. */
  boolean remove(Slot<M> slot);

  boolean contains(Slot<M> slot);

  boolean isEmpty();

  /** Takes all out, in their order if they have one. */
  List<Slot<M>> removeAll();

  /** The first to come is the first to be answered. */
  record Ordered<M>(Queue<Slot<M>> waiting) implements Slots<M> {

    Ordered() {
      this(new ConcurrentLinkedQueue<>());
    }

    @Override
    public void add(Slot<M> slot) {
      waiting.add(slot);
    }

    @Override
    public @Nullable Slot<M> take(@Nullable Object key) {
      return waiting.poll();
    }

    @Override
    public boolean remove(Slot<M> slot) {
      return waiting.remove(slot);
    }

    @Override
    public boolean contains(Slot<M> slot) {
      return waiting.contains(slot);
    }

    @Override
    public boolean isEmpty() {
      return waiting.isEmpty();
    }

    @Override
    public List<Slot<M>> removeAll() {
      List<Slot<M>> all = new ArrayList<>();
      for (Slot<M> slot = waiting.poll(); slot != null; slot = waiting.poll()) {
        all.add(slot);
      }
      return all;
    }
  }

  /** Each is answered by what has its key. */
  record Keyed<M>(Map<Object, Slot<M>> waiting) implements Slots<M> {

    Keyed() {
      this(new ConcurrentHashMap<>());
    }

    @Override
    public void add(Slot<M> slot) {
      if (waiting.putIfAbsent(key(slot), slot) != null) {
        throw new IllegalArgumentException(
            "another request with the key %s already waits for its answer".formatted(slot.key()));
      }
    }

    @Override
    public @Nullable Slot<M> take(@Nullable Object key) {
      return key == null ? null : waiting.remove(key);
    }

    @Override
    public boolean remove(Slot<M> slot) {
      return waiting.remove(key(slot), slot);
    }

    @Override
    public boolean contains(Slot<M> slot) {
      return slot.equals(waiting.get(key(slot)));
    }

    @Override
    public boolean isEmpty() {
      return waiting.isEmpty();
    }

    @Override
    public List<Slot<M>> removeAll() {
      return waiting.values().stream().filter(this::remove).toList();
    }

    private static Object key(Slot<?> slot) {
      return Objects.requireNonNull(slot.key(), "key of the request");
    }
  }
}
