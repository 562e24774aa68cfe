package io.gannet.examples.redis;

import java.nio.ByteBuffer;

/**
 * Bytes that a client has chosen, as a key of maps. Thousands can be chosen to have the same hash: because keys
 * can be compared, a hash map still finds each in a few steps. It looks only for a {@code Comparable} of the
 * key's very class, which {@link ByteBuffer}, an abstract one, isn't.
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
