package io.gannet.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SessionTableTest {

  /** Equal to itself only, as a session is. */
  private static final class Entry {
    private final long id;

    Entry(long id) {
      this.id = id;
    }

    long id() {
      return id;
    }
  }

  private final SessionTable<Entry> table = new SessionTable<>(Entry::id);

  @Test
  void itBehavesLikeAMap() {
    Random random = new Random(1);
    Map<Long, Entry> expected = new HashMap<>();
    long nextId = 1;
    for (int step = 0; step < 20_000; step++) {
      boolean grows = step / 2_000 % 2 == 0;
      if (expected.isEmpty() || random.nextInt(10) < (grows ? 7 : 3)) {
        Entry entry = new Entry(nextId);
        nextId += 1L + random.nextInt(3);
        table.add(entry);
        expected.put(entry.id(), entry);
      } else {
        long id = anyOf(expected, random);
        table.remove(expected.remove(id));
      }
      long asked = 1L + random.nextInt((int) nextId);
      assertThat(table.get(asked)).isSameAs(expected.get(asked));
      if (step % 500 == 0) {
        expected.forEach((id, entry) -> assertThat(table.get(id)).isSameAs(entry));
        assertThat(table.all()).containsExactlyInAnyOrderElementsOf(expected.values());
        assertThat(table.size()).isEqualTo(expected.size());
      }
    }
  }

  private static long anyOf(Map<Long, Entry> entries, Random random) {
    return entries.keySet().stream().skip(random.nextInt(entries.size())).findFirst().orElseThrow();
  }

  @Test
  void removingAnAbsentSessionHasNoEffect() {
    table.add(new Entry(1));
    table.remove(new Entry(9)); // in the same part
    table.remove(new Entry(1)); // another one with the same id
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.isEmpty()).isFalse();
  }

  @Test
  void remainingSessionsAreFoundDuringConcurrentChanges() throws Exception {
    List<Entry> staying = LongStream.range(0, 300).mapToObj(Entry::new).toList();
    staying.forEach(table::add);
    int threads = 4;
    CountDownLatch begin = new CountDownLatch(threads + 1);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> changing = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        long firstId = 1_000_000L * (i + 1);
        changing.add(executor.submit(changes(begin, firstId)));
      }
      Future<Void> finding = executor.submit(finds(begin, staying, done));
      for (Future<Void> change : changing) {
        change.get();
      }
      done.set(true);
      finding.get();
    }
    assertThat(table.all()).containsExactlyInAnyOrderElementsOf(staying);
    assertThat(table.size()).isEqualTo(staying.size());
  }

  private Callable<Void> changes(CountDownLatch begin, long firstId) {
    return () -> {
      begin.countDown();
      begin.await();
      for (int round = 0; round < 50; round++) {
        List<Entry> coming = LongStream.range(firstId, firstId + 100).mapToObj(Entry::new).toList();
        coming.forEach(table::add);
        coming.forEach(entry -> assertThat(table.get(entry.id())).isSameAs(entry));
        coming.forEach(table::remove);
        coming.forEach(entry -> assertThat(table.get(entry.id())).isNull());
      }
      return null;
    };
  }

  private Callable<Void> finds(CountDownLatch begin, List<Entry> staying, AtomicBoolean done) {
    return () -> {
      begin.countDown();
      begin.await();
      do {
        staying.forEach(entry -> assertThat(table.get(entry.id())).isSameAs(entry));
        assertThat(table.all()).containsAll(staying);
      } while (!done.get());
      return null;
    };
  }
}
