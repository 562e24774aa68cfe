package io.gannet.transport.internal.tls;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CapturedLog;
import io.gannet.transport.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are read again when they have changed. */
class RenewedTest {

  @TempDir private Path directory;

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean unreadable;
  private Path file;
  private Renewed<String> renewed;

  @BeforeEach
  void readForTheFirstTime() throws IOException {
    file = Files.writeString(directory.resolve("file"), "old");
    renewed = new Renewed<>(List.of(file), this::read, Duration.ofSeconds(1), new Clock());
    assertThat(renewed.current()).isEqualTo("old");
  }

  private String read() {
    reads.incrementAndGet();
    if (unreadable) {
      throw new IllegalStateException("out of file descriptors");
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks the file once in each period until the change has been noticed. */
  private void lookUntil(Callable<Boolean> outcome) {
    await()
        .until(() -> {
          now.addAndGet(SECONDS.toNanos(1));
          renewed.lookAgain();
          return outcome.call();
        });
  }

  @Test
  void anUnreadableFileIsReadAgainEvenIfItHasNotChanged() throws IOException {
    try (CapturedLog log = new CapturedLog()) {
      unreadable = true;
      Files.writeString(file, "renewed");
      lookUntil(() -> reads.get() >= 4);
      assertThat(renewed.current()).isEqualTo("old");

      unreadable = false;
      lookUntil(() -> renewed.current().equals("renewed"));

      assertThat(log.text()).containsOnlyOnce("out of file descriptors");
    }
  }

  @Test
  void unchangedFilesAreNotReadAgain() throws IOException {
    int before = reads.get();
    renewed.lookAgain();
    Files.writeString(file, "renewed");
    lookUntil(() -> renewed.current().equals("renewed"));

    assertThat(reads).hasValue(before + 1);
  }

  /** A clock that only the test advances. */
  private final class Clock implements TimeSource {
    @Override
    public long nanoTime() {
      return now.get();
    }

    @Override
    public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
      throw new UnsupportedOperationException();
    }
  }
}
