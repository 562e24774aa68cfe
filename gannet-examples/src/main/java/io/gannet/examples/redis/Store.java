package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keys and values, up to a number of bytes. */
final class Store {

  /** What a key costs besides its bytes and those of its value, roughly. */
  private static final int OVERHEAD = 128;

  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();

  /** Keys that have the same hash, as an attacker would choose them, are found by their order. */
  private final Map<ByteBuffer, byte[]> values = new HashMap<>();

  private long bytes;

  Store(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  byte @Nullable [] get(byte[] key) {
    lock.lock();
    try {
      return values.get(ByteBuffer.wrap(key));
    } finally {
      lock.unlock();
    }
  }

  void set(byte[] key, byte[] value) {
    lock.lock();
    try {
      byte[] before = values.get(ByteBuffer.wrap(key));
      long growth =
          before == null
              ? (long) OVERHEAD + key.length + value.length
              : (long) value.length - before.length;
      if (bytes + growth > maxBytes) {
        throw new CommandException("OOM command not allowed when used memory > 'maxmemory'.");
      }
      values.put(ByteBuffer.wrap(key), value);
      bytes += growth;
    } finally {
      lock.unlock();
    }
  }

  boolean delete(byte[] key) {
    lock.lock();
    try {
      byte[] before = values.remove(ByteBuffer.wrap(key));
      if (before != null) {
        bytes -= (long) OVERHEAD + key.length + before.length;
      }
      return before != null;
    } finally {
      lock.unlock();
    }
  }

  long add(byte[] key, long amount) {
    lock.lock();
    try {
      byte[] before = values.get(ByteBuffer.wrap(key));
      long sum = Math.addExact(before == null ? 0 : number(before), amount);
      set(key, Long.toString(sum).getBytes(US_ASCII));
      return sum;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new CommandException("ERR value is not an integer or out of range");
    } finally {
      lock.unlock();
    }
  }

  private static long number(byte[] text) {
    if (text.length > 20) {
      throw new NumberFormatException("too long");
    }
    return Long.parseLong(new String(text, US_ASCII));
  }

  int size() {
    lock.lock();
    try {
      return values.size();
    } finally {
      lock.unlock();
    }
  }
}
