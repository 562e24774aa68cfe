package io.gannet.transport.internal.tls;

import io.gannet.transport.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that was read from files, and is read again when they have changed. The files are checked
 * when a connection needs the value, at most once per period, on a thread that may block.
 */
final class Renewed<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);

  /** How long a connection waits for the check of the files before it uses the current value. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {}

  private final List<Path> files;
  private final Supplier<T> reader;
  private final long period;
  private final TimeSource time;
  private volatile T current;

  /** The running check, or null. Guarded by this, like the next field. */
  private @Nullable CompletableFuture<Void> looking;

  private long lookedAt;

  /** Used by the running check. */
  private List<Stamp> stamps;

  /** The state of the files when reading them last failed. Used like {@link #stamps}. */
  private List<Stamp> failed = List.of();

  /**
   * Reads the value for the first time.
   *
   * @param reader throws if the files can't be used
   */
  Renewed(List<Path> files, Supplier<T> reader, Duration period, TimeSource time) {
    this.files = files;
    this.reader = reader;
    this.period = files.isEmpty() ? 0 : period.toNanos();
    this.time = time;
    this.stamps = stamps(); // read first, so that files that change meanwhile are read again
    this.current = reader.get();
    this.lookedAt = time.nanoTime();
  }

  T current() {
    return current;
  }

  /**
   * Called when a connection needs the value.
   *
   * @return the check of the files that the connection has to wait for; null if {@link #current}
   *     can be used
   */
  synchronized @Nullable CompletableFuture<Void> lookAgain() {
    if (looking != null) {
      return looking;
    }
    long now = time.nanoTime();
    if (period <= 0 || now - lookedAt < period) {
      return null;
    }
    lookedAt = now;
    CompletableFuture<Void> look = new CompletableFuture<>();
    looking = look;
    Thread.startVirtualThread(() -> {
      try {
        look();
      } finally {
        ended(look);
      }
    });
    return look.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ended(CompletableFuture<Void> look) {
    synchronized (this) {
      looking = null;
    }
    look.complete(null);
  }

  private void look() {
    List<Stamp> found = stamps();
    if (!found.equals(stamps)) {
      readAgain(found);
    }
  }

  private void readAgain(List<Stamp> found) {
    try {
      current = reader.get();
      stamps = found;
      LOG.info("reloaded {}", files);
    } catch (RuntimeException e) {
      // Retried at the next check, because the problem, such as missing permissions, may disappear
      // without changing the stamps. One warning is enough.
      if (!found.equals(failed)) {
        failed = found;
        LOG.warn("{}; the previous keys and certificates stay in use", e.getMessage());
      }
    }
  }

  private List<Stamp> stamps() {
    List<Stamp> result = new ArrayList<>();
    for (Path file : files) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        result.add(
            new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
      } catch (IOException e) {
        result.add(new Stamp(null, 0, null)); // reading the file will report the reason
      }
    }
    return result;
  }
}
