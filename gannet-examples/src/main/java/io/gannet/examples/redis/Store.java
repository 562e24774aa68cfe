package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Keys and values. Thread-safe. */
final class Store {

  private final Memory memory;

  private final ConcurrentMap<Key, byte[]> values = new ConcurrentHashMap<>();

  Store(Memory memory) {
    this.memory = memory;
  }

  byte @Nullable [] get(byte[] key) {
    return values.get(Key.of(key));
  }

  void set(byte[] key, byte[] value) {
    values.compute(Key.of(key), (same, before) -> replace(key, before, value));
  }

  private byte[] replace(byte[] key, byte @Nullable [] before, byte[] value) {
    memory.take(cost(key, value) - (before == null ? 0 : cost(key, before)));
    return value;
  }

  private static long cost(byte[] key, byte[] value) {
    return (long) Memory.OVERHEAD + key.length + value.length;
  }

  boolean delete(byte[] key) {
    byte[] before = values.remove(Key.of(key));
    if (before != null) {
      memory.take(-cost(key, before));
    }
    return before != null;
  }

  /** Adds an amount to the number of a key, 0 if it has none, and returns the stored sum. */
  long add(byte[] key, long amount) {
    try {
      return number(
          values.compute(
              Key.of(key),
              (same, before) -> {
                long sum = Math.addExact(before == null ? 0 : number(before), amount);
                return replace(key, before, Long.toString(sum).getBytes(US_ASCII));
              }));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new CommandException("ERR value is not an integer or out of range");
    }
  }

  private static long number(byte[] text) {
    if (text.length > 20) {
      throw new NumberFormatException("too long");
    }
    return Long.parseLong(new String(text, US_ASCII));
  }

  int size() {
    return values.size();
  }
}
