package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.DriverContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Writes one ephemeral node, usually with one request. An existing node of this session is changed.
 * A node of another session, which may be our own earlier session that the servers haven't ended
 * yet, is replaced in one transaction. Consumers then never see the node missing, and it doesn't
 * disappear with the other session.
 */
final class ZooKeeperPut {

  /** How often the node may appear or disappear between two requests before this attempt fails. */
  private static final int MAX_STEPS = 8;

  private final ZooKeeper client;
  private final DriverContext context;
  private final List<ACL> acl;
  private final String path;
  private final byte[] value;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
  private int steps;

  ZooKeeperPut(ZooKeeper client, DriverContext context, List<ACL> acl, String path, byte[] value) {
    this.client = client;
    this.context = context;
    this.acl = acl;
    this.path = path;
    this.value = value;
  }

  CompletionStage<@Nullable Void> begin() {
    create();
    return done;
  }

  private void create() {
    if (++steps > MAX_STEPS) {
      done.completeExceptionally(
          new IllegalStateException(path + " is repeatedly written and removed by another client"));
      return;
    }
    context.requested();
    client.create(
        path, value, acl, CreateMode.EPHEMERAL, (code, same, any, name) -> created(code), null);
  }

  private void created(int code) {
    if (code == Code.NODEEXISTS.intValue()) {
      look();
    } else if (code == Code.NONODE.intValue()) {
      createParents(path.indexOf('/', 1));
    } else {
      complete(code);
    }
  }

  /**
   * Creates the parent nodes, from the top. They are containers, which the servers remove some time
   * after their last child is gone.
   */
  private void createParents(int slash) {
    if (slash < 0) {
      create();
      return;
    }
    context.requested();
    client.create(
        path.substring(0, slash),
        new byte[0],
        acl,
        CreateMode.CONTAINER,
        (code, same, any, name) -> {
          // A client that may not create the upper nodes may still be allowed to create the lower
          // ones.
          if (code == Code.OK.intValue()
              || code == Code.NODEEXISTS.intValue()
              || code == Code.NOAUTH.intValue()) {
            createParents(path.indexOf('/', slash + 1));
          } else if (code == Code.NONODE.intValue()) {
            // The parent container was removed again.
            create();
          } else {
            complete(code);
          }
        },
        null);
  }

  private void look() {
    context.requested();
    client.exists(
        path,
        false,
        (code, same, any, stat) -> {
          if (code == Code.NONODE.intValue()) {
            create();
          } else if (code != Code.OK.intValue()) {
            complete(code);
          } else if (stat.getEphemeralOwner() == client.getSessionId()) {
            change();
          } else {
            replace(stat);
          }
        },
        null);
  }

  private void change() {
    context.requested();
    client.setData(
        path,
        value,
        -1,
        (code, same, any, stat) -> {
          if (code == Code.NONODE.intValue()) {
            create();
          } else {
            complete(code);
          }
        },
        null);
  }

  private void replace(Stat stat) {
    context.requested();
    client.multi(
        List.of(
            Op.delete(path, stat.getVersion()), Op.create(path, value, acl, CreateMode.EPHEMERAL)),
        (code, same, any, results) -> {
          if (code == Code.NONODE.intValue() || code == Code.BADVERSION.intValue()) {
            create();
          } else {
            complete(code);
          }
        },
        null);
  }

  private void complete(int code) {
    if (code == Code.OK.intValue()) {
      done.complete(null);
    } else {
      done.completeExceptionally(KeeperException.create(Code.get(code), path));
    }
  }
}
