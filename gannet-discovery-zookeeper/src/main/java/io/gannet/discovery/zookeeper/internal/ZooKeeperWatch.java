package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Lists the nodes of a service and follows them with one persistent watch. The watch is set before
 * the list is queried, so that no change is missed in between. An event only says which node to
 * read again, so the number of events per node doesn't matter. A node that is deleted and created
 * again in one transaction never appears missing. Belongs to the loop, except for the events of the
 * watch.
 */
final class ZooKeeperWatch implements RegistryDriver.Watch, Watcher {

  /** The maximum number of concurrent reads. */
  private static final int READS = 32;

  private final ZooKeeper client;
  private final DriverContext context;
  private final String path;
  private final int maxNodes;
  private final WatchListener listener;

  /** The names of changed nodes; guarded by itself. */
  private final Set<String> changed = new LinkedHashSet<>();

  private final Set<String> toRead = new LinkedHashSet<>();

  /** The cost of all names in {@link #changed}, which guards it, and {@link #toRead}. */
  private long pending;

  /** Whether the names of the nodes in the list are known. */
  private boolean isNamed;

  private boolean isListed;
  private boolean ended;
  private int reading;

  /**
   * Creates a watch.
   *
   * @param maxNodes the maximum number of nodes to list; an answer with more might close the
   *     connection
   */
  ZooKeeperWatch(
      ZooKeeper client, DriverContext context, String path, int maxNodes, WatchListener listener) {
    this.client = client;
    this.context = context;
    this.path = path;
    this.maxNodes = maxNodes;
    this.listener = listener;
  }

  void begin() {
    context.requested();
    client.addWatch(
        path,
        this,
        AddWatchMode.PERSISTENT_RECURSIVE,
        (code, same, any) -> context.execute(() -> watching(code)),
        null);
  }

  private void watching(int code) {
    if (failed(code)) {
      return;
    }
    context.requested();
    client.exists(
        path,
        false,
        (answer, same, any, stat) ->
            context.execute(() -> counted(answer, stat == null ? 0 : stat.getNumChildren())),
        null);
  }

  private void counted(int code, int nodes) {
    if (code != Code.NONODE.intValue() && failed(code)) {
      return;
    }
    if (nodes > maxNodes) {
      refuse(
          "%s has %,d nodes, the limit for listing is %,d (withMaxInstances)"
              .formatted(path, nodes, maxNodes));
    }
    if (ended) {
      return;
    }
    context.requested();
    client.getChildren(
        path,
        false,
        (int answer, String same, Object any, List<String> names) ->
            context.execute(() -> named(answer, names)),
        null);
  }

  private void named(int code, List<String> names) {
    boolean none = code == Code.NONODE.intValue();
    if (!none && failed(code)) {
      return;
    }
    isNamed = true;
    if (!none) {
      synchronized (changed) {
        names.stream().sorted().forEach(this::mustRead); // all consumers omit the same entries
      }
    }
    readOn();
  }

  /** Called on ZooKeeper's own thread. Only notes which nodes to read. */
  @Override
  public void process(WatchedEvent event) {
    String node = event.getPath();
    if (event.getType() == Event.EventType.None
        || node == null
        || node.length() <= path.length()
        || node.indexOf('/', path.length() + 1) >= 0) {
      // The event concerns the connection's state, the service's own node, or a node below an
      // entry.
      return;
    }
    String name = node.substring(path.length() + 1);
    boolean first;
    boolean isTooMuch;
    synchronized (changed) {
      first = changed.isEmpty();
      if (changed.add(name)) {
        pending += cost(name);
      }
      isTooMuch = pending > 2L * maxNodes * KeyNames.MAX_LENGTH; // a list and as many changes
      if (isTooMuch) {
        changed.remove(name);
        pending -= cost(name);
      }
    }
    if (isTooMuch) {
      context.execute(
          () -> refuse("more than %,d nodes of %s have changed at once".formatted(maxNodes, path)));
    } else if (first) {
      context.execute(this::readChanged);
    }
  }

  private void readChanged() {
    if (!isListed) {
      // Changed nodes are read after the list, which may or may not include the change.
      return;
    }
    synchronized (changed) {
      for (String name : changed) {
        pending -= cost(name);
        mustRead(name);
      }
      changed.clear();
    }
    readOn();
  }

  private void mustRead(String name) {
    if (toRead.add(name)) {
      pending += cost(name);
    }
  }

  /** {@return what counts for the limit: names may be longer than those of instances} */
  private static int cost(String name) {
    return Math.max(KeyNames.MAX_LENGTH, name.length());
  }

  private void readOn() {
    while (!ended && reading < READS) {
      Iterator<String> next = toRead.iterator();
      if (!next.hasNext()) {
        break;
      }
      String name = next.next();
      next.remove();
      synchronized (changed) {
        pending -= cost(name);
      }
      reading++;
      context.requested();
      client.getData(
          path + "/" + name,
          false,
          (code, same, any, value, stat) -> context.execute(() -> read(name, code, value)),
          null);
    }
    if (!ended && isNamed && !isListed && reading == 0 && toRead.isEmpty()) {
      isListed = true;
      listener.listed();
      readChanged();
    }
  }

  private void read(String name, int code, byte @Nullable [] value) {
    reading--;
    // A node that may not be read exists nevertheless. It is reported as invalid.
    boolean forbidden = code == Code.NOAUTH.intValue();
    boolean gone = code == Code.NONODE.intValue();
    if (ended || (!forbidden && !gone && failed(code))) {
      return;
    }
    byte @Nullable [] content = gone ? null : value == null ? new byte[0] : value;
    if (isListed) {
      listener.changed(name, content);
    } else if (content != null) {
      listener.entry(name, content);
    }
    readOn();
  }

  private void refuse(String why) {
    if (!ended) {
      ended = true;
      listener.lost(new IllegalStateException(why));
    }
  }

  private boolean failed(int code) {
    if (!ended && code != Code.OK.intValue()) {
      ended = true;
      listener.lost(KeeperException.create(Code.get(code), path));
    }
    return ended;
  }

  @Override
  public void close() {
    ended = true;
    if (client.getState().isAlive()) {
      context.requested();
      client.removeAllWatches(path, WatcherType.Any, true, (code, same, any) -> {}, null);
    }
  }
}
