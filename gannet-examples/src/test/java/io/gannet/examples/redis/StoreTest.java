package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StoreTest {

  private static final int PAIRS = 15;

  /** Both pairs of letters have the same hash. */
  private static byte[] key(int number) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < PAIRS; i++) {
      key.append((number >> i & 1) == 0 ? "Aa" : "``");
    }
    return key.toString().getBytes(US_ASCII);
  }

  /** A comparison with each other key of the same hash would take a minute. */
  @Test
  @Timeout(10)
  void keysThatWereChosenToHaveTheSameHashAreFoundSoon() {
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 1 << PAIRS; i++) {
      keys.add(key(i));
    }
    assertThat(keys.stream().map(ByteBuffer::wrap).map(ByteBuffer::hashCode).distinct()).hasSize(1);
    Store store = new Store(new Memory(64 << 20));
    keys.forEach(key -> store.set(key, key));
    assertThat(store.size()).isEqualTo(keys.size());
    assertThat(keys).allMatch(store::delete);
    assertThat(store.size()).isZero();
  }
}
