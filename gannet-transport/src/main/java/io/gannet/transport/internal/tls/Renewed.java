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
 * Something that was read from files, and is read again when they have changed. They are looked at
 * when somebody comes who needs it, not more often than once in a period, on a thread that may
 * block.
 */
final class Renewed<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);

  /** Whoever comes waits so long for files that hang, and is served with what there is. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {}

  private final List<Path> files;
  private final Supplier<T> reader;
  private final long period;
  private final TimeSource time;
  private volatile T current;

  /** The look under way, or null. Guarded by this, as the next is. */
  private @Nullable CompletableFuture<Void> looking;

  private long lookedAt;

  /** Used by the look under way. */
  private List<Stamp> stamps;

  /** What the files were like when reading them last failed. Used like {@link #stamps}. */
  private List<Stamp> failed = List.of();

  /**
   * Reads for the first time.
   *
   * @param reader throws if the files can't be used
   */
  Renewed(List<Path> files, Supplier<T> reader, Duration period, TimeSource time) {
    this.files = files;
    this.reader = reader;
    this.period = files.isEmpty() ? 0 : period.toNanos();
    this.time = time;
    this.stamps = stamps(); // first: what changes while we read is read again
    this.current = reader.get();
    this.lookedAt = time.nanoTime();
  }

  T current() {
    return current;
  }

  /**
   * Somebody has come.
   *
   * @return the look at the files that they have to wait for; null if {@link #current} will do
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
      // Tried again next time: what was in the way, such as permissions, may go without a trace on
      // the stamps. One warning is enough.
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
        result.add(new Stamp(null, 0, null)); // reading it will tell why
      }
    }
    return result;
  }
}
