package io.gannet.examples.redis;

import java.nio.ByteBuffer;

/**
 * Bytes chosen by a client, as a key of maps. A client can choose thousands of keys with the same
 * hash. Because keys are comparable, a hash map still finds each of them in a few steps. It
 * requires that the key's own class is {@code Comparable}, which isn't the case for the subclasses
 * of {@link ByteBuffer}.
 */
record Key(ByteBuffer bytes) implements Comparable<Key> {

  static Key of(byte[] bytes) {
    return new Key(ByteBuffer.wrap(bytes));
  }

  @Override
  public int compareTo(Key other) {
    return bytes.compareTo(other.bytes);
  }
}
