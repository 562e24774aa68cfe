package io.gannet.discovery.internal;

import io.gannet.discovery.spi.ListLimit;
import io.gannet.discovery.spi.WatchListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
  private final ListLimit limitOfBytes;
  private final Runnable wake;
  private @Nullable Map<String, byte[]> list;
  private Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
  private @Nullable Throwable lost;
  private boolean waking;

  /** How many bytes the changes have. */
  private long bytes;

  /**
   * Creates a mailbox.
   *
   * @param limit how many changed entries it takes
   * @param limitOfBytes how many bytes it takes, of a list and of changes
   * @param wake run on the loop when there is something to take
   */
  WatchMailbox(RegistryCore core, int limit, ListLimit limitOfBytes, Runnable wake) {
    this.core = core;
    this.limit = limit;
    this.limitOfBytes = limitOfBytes;
    this.wake = wake;
  }

  @Override
  public synchronized void listed(Map<String, byte[]> entries) {
    Map<String, byte[]> bounded = new HashMap<>(entries);
    bounded.replaceAll((name, value) -> ListLimit.bounded(value));
    if (bounded.values().stream().mapToLong(value -> value.length).sum()
        > limitOfBytes.maxBytes()) {
      lost(limitOfBytes.exceeded());
      return;
    }
    list = bounded;
    wake();
  }

  @Override
  public synchronized void changed(String name, byte @Nullable [] value) {
    if (lost != null) {
      return;
    }
    core.counters().events.increment();
    Optional<byte[]> change = Optional.ofNullable(value).map(ListLimit::bounded);
    Optional<byte[]> replaced =
        Objects.requireNonNullElse(changes.put(name, change), Optional.empty());
    bytes += size(change) - size(replaced);
    if (changes.size() > limit || bytes > limitOfBytes.maxBytes()) {
      core.counters().overflows.increment();
      lost(
          new IllegalStateException(
              "more than %,d entries or %,d bytes changed at once"
                  .formatted(limit, limitOfBytes.maxBytes())));
    }
    wake();
  }

  private static int size(Optional<byte[]> change) {
    return change.map(value -> value.length).orElse(0);
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
