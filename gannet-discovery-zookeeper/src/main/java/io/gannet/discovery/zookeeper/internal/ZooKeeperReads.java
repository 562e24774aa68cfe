package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Reads the nodes of a session's entries, a limited number at a time. Belongs to the loop. */
final class ZooKeeperReads {

  /** The maximum number of concurrent reads. */
  private static final int READS = 32;

  private final ZooKeeper client;
  private final DriverContext context;
  private final ZooKeeperPaths paths;
  private final Queue<String> toRead;
  private final CompletableFuture<Map<EntryKey, byte[]>> done;
  private final Map<EntryKey, byte[]> values = new HashMap<>();
  private int reading;

  ZooKeeperReads(
      ZooKeeper client,
      DriverContext context,
      ZooKeeperPaths paths,
      Collection<String> nodes,
      CompletableFuture<Map<EntryKey, byte[]>> done) {
    this.client = client;
    this.context = context;
    this.paths = paths;
    this.done = done;
    toRead = new ArrayDeque<>(nodes);
  }

  void begin() {
    readOn();
  }

  private void readOn() {
    while (reading < READS && !done.isDone()) {
      String node = toRead.poll();
      if (node == null) {
        break;
      }
      EntryKey key = paths.key(node);
      if (key == null) {
        continue;
      }
      reading++;
      context.requested();
      client.getData(
          node,
          false,
          (code, same, any, value, stat) -> context.execute(() -> read(node, key, code, value)),
          null);
    }
    if (reading == 0) {
      done.complete(values);
    }
  }

  private void read(String node, EntryKey key, int code, byte @Nullable [] value) {
    reading--;
    if (code == Code.OK.intValue()) {
      values.put(key, value == null ? new byte[0] : value);
    } else if (code != Code.NONODE.intValue()) {
      done.completeExceptionally(KeeperException.create(Code.get(code), node));
    }
    readOn();
  }
}
