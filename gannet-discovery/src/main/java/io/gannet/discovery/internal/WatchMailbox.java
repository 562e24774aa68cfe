package io.gannet.discovery.internal;

import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.spi.WatchListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes the events of a driver from any thread to the loop, all events since the last time at
 * once. If an entry has changed several times, only its last value is kept. The mailbox is bounded:
 * if too many entries have changed, or their total size is too large, the watch counts as lost and
 * the service is listed again.
 */
final class WatchMailbox implements WatchListener {

  /** The events since the last time. */
  record Mail(
      @Nullable EntryList list, Map<String, Optional<byte[]>> changes, @Nullable Throwable lost) {}

  private final RegistryCore core;
  private final ListLimit limit;
  private final Runnable wake;

  /** The entries of the list, until it is complete. */
  private EntryList listing;

  private @Nullable EntryList list;
  private Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
  private @Nullable Throwable lost;
  private boolean waking;

  /** The total size of the changes for the limit. */
  private long bytes;

  /**
   * Creates a mailbox.
   *
   * @param limit the limits of a list and of the changes
   * @param wake run on the loop when there are events
   */
  WatchMailbox(RegistryCore core, ListLimit limit, Runnable wake) {
    this.core = core;
    this.limit = limit;
    this.wake = wake;
    listing = new EntryList(limit);
  }

  @Override
  public synchronized void entry(String name, byte[] value) {
    if (lost == null && !listing.add(KeyNames.cut(name), ListLimit.bounded(value))) {
      lost(limit.tooManyNames());
    }
  }

  @Override
  public synchronized void listed() {
    if (lost == null) {
      list = listing;
      listing = new EntryList(limit); // owned by the loop from now on
      wake();
    }
  }

  @Override
  public synchronized void changed(String name, byte @Nullable [] value) {
    if (lost != null) {
      return;
    }
    core.counters().events.increment();
    String key = KeyNames.cut(name);
    Optional<byte[]> change = Optional.ofNullable(value).map(ListLimit::bounded);
    Optional<byte[]> replaced = changes.put(key, change);
    bytes += cost(key, change) - (replaced == null ? 0 : cost(key, replaced));
    if (changes.size() > 2L * limit.maxInstances() || bytes > limit.maxBytes()) {
      core.counters().overflows.increment();
      lost(
          new IllegalStateException(
              "more than %,d entries or %,d bytes changed at once"
                  .formatted(2L * limit.maxInstances(), limit.maxBytes())));
    }
    wake();
  }

  private static int cost(String name, Optional<byte[]> change) {
    return ListLimit.cost(name, change.map(value -> value.length).orElse(0));
  }

  @Override
  public synchronized void lost(Throwable cause) {
    if (lost == null) {
      lost = cause;
      listing = new EntryList(limit);
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
