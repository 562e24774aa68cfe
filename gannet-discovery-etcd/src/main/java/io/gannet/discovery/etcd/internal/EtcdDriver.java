package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Stores entries as keys that belong to a lease. */
final class EtcdDriver implements RegistryDriver {

  /** The number of entries that are read in one request; etcd accepts 128. */
  private static final int READS = 100;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final DriverContext context;

  EtcdDriver(EtcdClients clients, EtcdKeys keys, DriverContext context) {
    this.keys = keys;
    this.context = context;
    connection = new EtcdConnection(clients, keys, context);
  }

  @Override
  public void start() {
    connection.probe();
  }

  @Override
  public CompletionStage<@Nullable Void> put(EntryKey key, byte[] value) {
    return connection
        .lease()
        .acquire()
        .thenCompose(lease ->
            watched(
                connection
                    .client()
                    .getKVClient()
                    .put(
                        keys.entry(key),
                        ByteSequence.from(value),
                        PutOption.builder().withLeaseId(lease).build()),
                lease));
  }

  @Override
  public CompletionStage<@Nullable Void> remove(EntryKey key) {
    return watched(connection.client().getKVClient().delete(keys.entry(key)), 0);
  }

  @Override
  public CompletionStage<Map<EntryKey, byte[]>> held() {
    long lease = connection.lease().id();
    if (lease == 0) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return connection
        .client()
        .getLeaseClient()
        .timeToLive(lease, LeaseOption.builder().withAttachedKeys().build())
        .thenCompose(answer -> {
          if (answer.getTTL() < 0) {
            context.execute(() -> connection.lease().lost(lease));
          }
          // Other keys may have the same lease.
          return read(
              answer.getKeys().stream().filter(name -> keys.key(name) != null).toList(), Map.of());
        });
  }

  /** Reads entries in batches, and adds them to those that have been read. */
  private CompletableFuture<Map<EntryKey, byte[]>> read(
      List<ByteSequence> names, Map<EntryKey, byte[]> known) {
    if (names.isEmpty()) {
      return CompletableFuture.completedFuture(known);
    }
    int count = Math.min(READS, names.size());
    Op[] reads =
        names.subList(0, count).stream()
            .map(name -> Op.get(name, GetOption.DEFAULT))
            .toArray(Op[]::new);
    return connection
        .client()
        .getKVClient()
        .txn()
        .Then(reads)
        .commit()
        .thenCompose(answer -> {
          Map<EntryKey, byte[]> more = new HashMap<>(known);
          for (GetResponse found : answer.getGetResponses()) {
            for (KeyValue entry : found.getKvs()) {
              EntryKey key = keys.key(entry.getKey());
              if (key != null) {
                more.put(key, entry.getValue().getBytes());
              }
            }
          }
          return read(names.subList(count, names.size()), more);
        });
  }

  @Override
  public Watch watch(String service, WatchListener listener) {
    EtcdWatch watch = new EtcdWatch(connection, context, keys.service(service), listener);
    watch.begin();
    return watch;
  }

  @Override
  public CompletionStage<Collection<String>> services() {
    return connection
        .client()
        .getKVClient()
        .get(
            EtcdKeys.bytes(keys.services()),
            GetOption.builder().isPrefix(true).withKeysOnly(true).build())
        .thenApply(answer -> {
          Collection<String> services = new TreeSet<>();
          for (KeyValue entry : answer.getKvs()) {
            EntryKey key = keys.key(entry.getKey());
            if (key != null) {
              services.add(key.service());
            }
          }
          return services;
        });
  }

  @Override
  public void close() {
    connection.close();
  }

  /** Checks the lease and the connection if a request fails. */
  private CompletableFuture<@Nullable Void> watched(CompletableFuture<?> request, long lease) {
    request.whenComplete((answer, error) -> {
      if (error != null) {
        context.execute(() -> failed(error, lease));
      }
    });
    return request.thenApply(answer -> null);
  }

  private void failed(Throwable error, long lease) {
    if (EtcdLease.isLost(error)) {
      connection.lease().lost(lease);
    } else {
      connection.suspect();
    }
  }
}
