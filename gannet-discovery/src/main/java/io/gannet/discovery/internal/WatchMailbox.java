package io.gannet.discovery.internal;

import io.gannet.discovery.spi.WatchListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a driver tells, on whatever thread, to the loop: everything that has come since the last time at
 * once. Of an entry that has changed several times only the last value is kept. It is bounded: when more
 * entries have changed than it takes, or they are larger together, the watch counts as lost, and the service is
 * listed again.
 */
final class WatchMailbox implements WatchListener {

  /** What has come since the last time. */
  record Mail(
      @Nullable Map<String, byte[]> list,
      Map<String, Optional<byte[]>> changes,
      @Nullable Throwable lost) {}

  private final RegistryCore core;
  private final int limit;
  private final int maxBytes;
  private final Runnable wake;
  private @Nullable Map<String, byte[]> list;
  private Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
  private @Nullable Throwable lost;
  private boolean waking;

  /** How many bytes the changes have, those that were replaced by later ones included. */
  private long bytes;

  /**
   * Creates a mailbox.
   *
   * @param limit how many changed entries it takes
   * @param maxBytes how many bytes it takes, of a list and of changes
   * @param wake run on the loop when there is something to take
   */
  WatchMailbox(RegistryCore core, int limit, int maxBytes, Runnable wake) {
    this.core = core;
    this.limit = limit;
    this.maxBytes = maxBytes;
    this.wake = wake;
  }

  @Override
  public synchronized void listed(Map<String, byte[]> entries) {
    long size = entries.values().stream().mapToLong(value -> value.length).sum();
    if (size > maxBytes) {
      lost(
          new IllegalStateException(
              "the entries have %,d bytes, and no more than %,d are taken (withMaxInstances)"
                  .formatted(size, maxBytes)));
      return;
    }
    list = Map.copyOf(entries);
    wake();
  }

  @Override
  public synchronized void changed(String name, byte @Nullable [] value) {
    if (lost != null) {
      return;
    }
    core.counters().events.increment();
    changes.put(name, Optional.ofNullable(value));
    bytes += value == null ? 0 : value.length;
    if (changes.size() > limit || bytes > maxBytes) {
      core.counters().overflows.increment();
      lost(
          new IllegalStateException(
              "more than %,d entries or %,d bytes have changed at once"
                  .formatted(limit, maxBytes)));
    }
    wake();
  }

  @Override
  public synchronized void lost(Throwable cause) {
    if (lost == null) {
      lost = cause;
      changes = new LinkedHashMap<>();
      bytes = 0;
      wake();
    }
  }

  private void wake() {
    if (!waking) {
      waking = true;
      core.execute(wake);
    }
  }

  synchronized Mail take() {
    Mail mail = new Mail(list, changes, lost);
    list = null;
    changes = new LinkedHashMap<>();
    bytes = 0;
    waking = false;
    return mail;
  }
}
