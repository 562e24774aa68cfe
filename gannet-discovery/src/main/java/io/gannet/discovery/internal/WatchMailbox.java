package io.gannet.discovery.internal;

import io.gannet.discovery.spi.WatchListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a driver tells, on whatever thread, to the loop: everything that has come since the last time at
 * once. Of an entry that has changed several times only the last value is kept. It is bounded: when more
 * entries have changed than it takes, the watch counts as lost, and the service is listed again.
 */
final class WatchMailbox implements WatchListener {

  /** What has come since the last time. */
  record Mail(
      @Nullable Map<String, byte[]> list,
      Map<String, Optional<byte[]>> changes,
      @Nullable Throwable lost) {}

  private final RegistryCore core;
  private final int limit;
  private final Runnable wake;
  private @Nullable Map<String, byte[]> list;
  private Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
  private @Nullable Throwable lost;
  private boolean waking;

  /**
   * Creates a mailbox.
   *
   * @param limit how many changed entries it takes
   * @param wake run on the loop when there is something to take
   */
  WatchMailbox(RegistryCore core, int limit, Runnable wake) {
    this.core = core;
    this.limit = limit;
    this.wake = wake;
  }

  @Override
  public synchronized void listed(Map<String, byte[]> entries) {
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
    if (changes.size() > limit) {
      core.counters().overflows.increment();
      lost(new IllegalStateException("more than %d entries have changed at once".formatted(limit)));
    }
    wake();
  }

  @Override
  public synchronized void lost(Throwable cause) {
    if (lost == null) {
      lost = cause;
      changes = new LinkedHashMap<>();
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
    waking = false;
    return mail;
  }
}
