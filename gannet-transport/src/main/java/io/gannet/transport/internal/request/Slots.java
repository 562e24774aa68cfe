package io.gannet.transport.internal.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The requests of a session that wait for their responses. Thread-safe. */
sealed interface Slots<M> {

  /**
   * Adds a request; throws {@link IllegalArgumentException} if its response couldn't be
   * distinguished from another.
   */
  void add(Slot<M> slot);

  /** Removes the request that a message answers, or returns null if it answers none. */
  @Nullable Slot<M> take(@Nullable Object key);

  /** Removes a request; returns whether it was present. */
  boolean remove(Slot<M> slot);

  boolean contains(Slot<M> slot);

  boolean isEmpty();

  /** Removes all requests, in order if there is one. */
  List<Slot<M>> removeAll();

  /** Responses in the order of the requests. */
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

  /** Responses with the key of their request. */
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
