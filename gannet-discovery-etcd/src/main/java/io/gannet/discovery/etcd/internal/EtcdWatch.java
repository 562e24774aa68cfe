package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import org.jspecify.annotations.Nullable;

/**
 * Lists the keys with a prefix, and follows them from the next revision on, so that no change is
 * missed in between. It is never resumed: if it ends for any reason, the keys are listed again.
 * That takes one request, and is also correct if the revisions have been compacted meanwhile, or
 * belong to a newly set up etcd.
 */
final class EtcdWatch implements RegistryDriver.Watch {

  private final EtcdConnection connection;
  private final Client client;
  private final DriverContext context;
  private final String prefix;
  private final WatchListener listener;
  private volatile boolean ended;

  /** Used by the loop only. */
  private Watch.@Nullable Watcher watcher;

  EtcdWatch(
      EtcdConnection connection, DriverContext context, String prefix, WatchListener listener) {
    this.connection = connection;
    client = connection.client();
    this.context = context;
    this.prefix = prefix;
    this.listener = listener;
  }

  void begin() {
    client
        .getKVClient()
        .get(EtcdKeys.bytes(prefix), GetOption.builder().isPrefix(true).build())
        .whenComplete((list, error) -> context.execute(() -> listed(list, error)));
  }

  private void listed(@Nullable GetResponse list, @Nullable Throwable error) {
    if (ended) {
      return;
    }
    if (list == null) {
      lost(error == null ? new IllegalStateException("etcd returned no list") : error);
      return;
    }
    for (KeyValue entry : list.getKvs()) {
      String name = EtcdKeys.name(prefix, entry.getKey());
      if (name != null) {
        listener.entry(name, entry.getValue().getBytes());
      }
    }
    listener.listed();
    WatchOption option =
        WatchOption.builder()
            .isPrefix(true)
            .withRevision(list.getHeader().getRevision() + 1)
            // A server without contact to the others must report that, instead of sending nothing.
            .withRequireLeader(true)
            .build();
    watcher =
        client
            .getWatchClient()
            .watch(
                EtcdKeys.bytes(prefix),
                option,
                Watch.listener(
                    this::told,
                    this::lost,
                    () -> lost(new IllegalStateException("etcd has closed the watch"))));
    if (ended) {
      // The watch was closed while it was being set up.
      watcher.close();
    }
  }

  /** Called on a thread of gRPC. */
  private void told(WatchResponse response) {
    for (WatchEvent event : response.getEvents()) {
      String name = EtcdKeys.name(prefix, event.getKeyValue().getKey());
      if (name != null && !ended) {
        boolean gone = event.getEventType() == WatchEvent.EventType.DELETE;
        listener.changed(name, gone ? null : event.getKeyValue().getValue().getBytes());
      }
    }
  }

  /** Called on any thread. */
  private void lost(Throwable cause) {
    if (ended) {
      return;
    }
    ended = true;
    listener.lost(cause);
    context.execute(() -> {
      closeWatcher();
      connection.suspect();
    });
  }

  @Override
  public void close() {
    ended = true;
    closeWatcher();
  }

  private void closeWatcher() {
    if (watcher != null) {
      watcher.close();
      watcher = null;
    }
  }
}
