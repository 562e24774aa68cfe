package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Stores entries as ephemeral nodes. Curator maintains the session and creates a new one when it is
 * lost. Requests use ZooKeeper's own client, whose asynchronous calls never wait, and are answered
 * in the order in which they were made.
 */
final class ZooKeeperDriver implements RegistryDriver {

  private static final Duration RETRY = Duration.ofMillis(100);

  private final CuratorFramework curator;
  private final ZooKeeperPaths paths;
  private final ZooKeeperProbe probe;
  private final DriverContext context;
  private final List<ACL> acl;

  /**
   * The client of the current session, or null while there is no connection. Belongs to the loop.
   */
  private @Nullable ZooKeeper client;

  /** Counts the changes of the connection. Belongs to the loop. */
  private long changes;

  ZooKeeperDriver(
      CuratorFramework curator, ZooKeeperPaths paths, ZooKeeperProbe probe, DriverContext context) {
    this.curator = curator;
    this.paths = paths;
    this.probe = probe;
    this.context = context;
    acl =
        context.options().credentials() == null
            ? ZooDefs.Ids.OPEN_ACL_UNSAFE
            : ZooDefs.Ids.CREATOR_ALL_ACL;
  }

  @Override
  public void start() {
    curator
        .getConnectionStateListenable()
        .addListener((same, state) -> stateChanged(state), context::execute);
    Thread.ofVirtual().name("gannet-zookeeper-start").start(curator::start);
    context.schedule(context.options().connectTimeout(), () -> findOutWhyNot(1));
  }

  /**
   * Logs why there is no first connection, because Curator keeps trying without reporting the
   * reason.
   */
  private void findOutWhyNot(int attempt) {
    if (changes > 0) {
      return;
    }
    Thread.ofVirtual()
        .name("gannet-zookeeper-probe")
        .start(() -> {
          Exception why = probe.run();
          context.execute(() -> {
            if (changes == 0) {
              context.disconnected(why);
              context.schedule(
                  context.options().connectTimeout().plus(context.backoff(attempt)),
                  () -> findOutWhyNot(attempt + 1));
            }
          });
        });
  }

  private void stateChanged(ConnectionState state) {
    changes++;
    if (state.isConnected() && state != ConnectionState.READ_ONLY) {
      findClient(changes);
    } else {
      client = null;
      context.disconnected(
          new KeeperException.ConnectionLossException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
              return "ZooKeeper is " + state;
            }
          });
    }
  }

  /**
   * Obtains the client on another thread, because Curator may wait for a lock, or for the end of an
   * old session.
   */
  private void findClient(long change) {
    Thread.ofVirtual()
        .name("gannet-zookeeper-client")
        .start(() -> {
          try {
            ZooKeeper found = curator.getZookeeperClient().getZooKeeper();
            context.execute(() -> connected(found, change));
          } catch (Exception e) {
            context.execute(() -> notConnected(e, change));
          }
        });
  }

  private void connected(ZooKeeper found, long change) {
    if (change == changes) {
      client = found;
      context.connected("0x" + Long.toHexString(found.getSessionId()));
    }
  }

  private void notConnected(Exception cause, long change) {
    if (change == changes) {
      context.disconnected(cause);
      context.schedule(
          RETRY,
          () -> {
            if (change == changes) {
              findClient(change);
            }
          });
    }
  }

  @Override
  public CompletionStage<@Nullable Void> put(EntryKey key, byte[] value) {
    ZooKeeper zooKeeper = client;
    if (zooKeeper == null) {
      return CompletableFuture.failedFuture(notConnected());
    }
    return new ZooKeeperPut(zooKeeper, context, acl, paths.entry(key), value).begin();
  }

  @Override
  public CompletionStage<@Nullable Void> remove(EntryKey key) {
    ZooKeeper zooKeeper = client;
    if (zooKeeper == null) {
      return CompletableFuture.failedFuture(notConnected());
    }
    CompletableFuture<@Nullable Void> removed = new CompletableFuture<>();
    context.requested();
    zooKeeper.delete(
        paths.entry(key),
        -1,
        (code, path, any) -> {
          if (code == Code.NONODE.intValue()) {
            removed.complete(null);
          } else {
            complete(removed, code, path, null);
          }
        },
        null);
    return removed;
  }

  @Override
  public CompletionStage<Map<EntryKey, byte[]>> held() {
    ZooKeeper zooKeeper = client;
    if (zooKeeper == null) {
      return CompletableFuture.failedFuture(notConnected());
    }
    CompletableFuture<Map<EntryKey, byte[]>> held = new CompletableFuture<>();
    context.requested();
    zooKeeper.getEphemerals(
        paths.services(),
        (code, any, nodes) -> {
          if (code != Code.OK.intValue()) {
            held.completeExceptionally(error(code, paths.services()));
          } else {
            context.execute(
                () -> new ZooKeeperReads(zooKeeper, context, paths, nodes, held).begin());
          }
        },
        null);
    return held;
  }

  @Override
  public Watch watch(String service, WatchListener listener) {
    ZooKeeper zooKeeper = client;
    if (zooKeeper == null) {
      listener.lost(notConnected());
      return () -> {};
    }
    ZooKeeperWatch watch =
        new ZooKeeperWatch(
            zooKeeper,
            context,
            paths.service(service),
            ZooKeeperConnection.maxNodes(context.options()),
            listener);
    watch.begin();
    return watch;
  }

  @Override
  public CompletionStage<Collection<String>> services() {
    ZooKeeper zooKeeper = client;
    if (zooKeeper == null) {
      return CompletableFuture.failedFuture(notConnected());
    }
    CompletableFuture<Collection<String>> services = new CompletableFuture<>();
    int max = ZooKeeperConnection.maxNodes(context.options());
    context.requested();
    zooKeeper.exists(
        paths.services(),
        false,
        (code, path, any, stat) -> {
          if (code == Code.NONODE.intValue()) {
            services.complete(List.of());
          } else if (code != Code.OK.intValue()) {
            services.completeExceptionally(error(code, path));
          } else if (stat.getNumChildren() > max) {
            services.completeExceptionally(
                new IllegalStateException(
                    "%s has %,d nodes, the limit for listing is %,d (withMaxInstances)"
                        .formatted(path, stat.getNumChildren(), max)));
          } else {
            context.execute(() -> listServices(zooKeeper, services));
          }
        },
        null);
    return services;
  }

  private void listServices(ZooKeeper zooKeeper, CompletableFuture<Collection<String>> services) {
    context.requested();
    zooKeeper.getChildren(
        paths.services(),
        false,
        (int code, String path, Object any, List<String> names) -> {
          if (code == Code.NONODE.intValue()) {
            services.complete(List.of());
          } else if (code != Code.OK.intValue()) {
            services.completeExceptionally(error(code, path));
          } else {
            context.execute(() -> withEntries(zooKeeper, names, services));
          }
        },
        null);
  }

  /**
   * Filters services without entries, because the node of a service remains for a while after its
   * last instance has left.
   */
  private void withEntries(
      ZooKeeper zooKeeper, List<String> names, CompletableFuture<Collection<String>> services) {
    Collection<String> found = new ArrayList<>();
    AtomicInteger open = new AtomicInteger(names.size());
    if (names.isEmpty()) {
      services.complete(found);
    }
    for (String name : names) {
      context.requested();
      zooKeeper.exists(
          paths.services() + "/" + name,
          false,
          (code, path, any, stat) -> {
            // All responses arrive on one thread.
            if (code == Code.OK.intValue() && stat.getNumChildren() > 0) {
              found.add(name);
            } else if (code != Code.OK.intValue() && code != Code.NONODE.intValue()) {
              services.completeExceptionally(error(code, path));
            }
            if (open.decrementAndGet() == 0) {
              services.complete(KeyNames.decodeAll(found));
            }
          },
          null);
    }
  }

  @Override
  public void close() {
    curator.close();
  }

  private static Exception notConnected() {
    return new KeeperException.ConnectionLossException();
  }

  private static <T extends @Nullable Object> void complete(
      CompletableFuture<T> future, int code, @Nullable String path, T value) {
    if (code == Code.OK.intValue()) {
      future.complete(value);
    } else {
      future.completeExceptionally(error(code, path));
    }
  }

  private static KeeperException error(int code, @Nullable String path) {
    return KeeperException.create(Code.get(code), path);
  }
}
