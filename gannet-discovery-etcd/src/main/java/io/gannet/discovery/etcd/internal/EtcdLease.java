package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.gannet.discovery.spi.DriverContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease that entries belong to, which is etcd's session. It is granted with the first entry: a
 * client that only watches needs none. Only etcd decides whether it has expired, never the local
 * clock. Belongs to the loop.
 */
final class EtcdLease {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdLease.class);

  private final EtcdConnection connection;
  private final DriverContext context;
  private final long seconds;

  /** 0 if there is no lease. */
  private volatile long id;

  private @Nullable CompletableFuture<Long> granting;

  EtcdLease(EtcdConnection connection, DriverContext context) {
    this.connection = connection;
    this.context = context;
    Duration timeout = context.options().sessionTimeout();
    seconds = timeout.plusSeconds(1).minusNanos(1).toSeconds();
  }

  String session() {
    return isThere() ? Long.toHexString(id) : "";
  }

  boolean isThere() {
    return id != 0;
  }

  long id() {
    return id;
  }

  /** {@return completes on the loop with the lease, which is granted if there is none} */
  CompletableFuture<Long> acquire() {
    if (isThere()) {
      return CompletableFuture.completedFuture(id);
    }
    CompletableFuture<Long> waiting = granting;
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<Long> begun = new CompletableFuture<>();
    granting = begun;
    connection.answer(
        connection.client().getLeaseClient().grant(seconds).thenApply(LeaseGrantResponse::getID),
        (granted, error) -> {
          granting = null;
          if (granted == null) {
            connection.suspect();
            begun.completeExceptionally(
                error == null ? new IllegalStateException("no lease") : error);
          } else {
            id = granted;
            context.connected(session());
            begun.complete(granted);
          }
        });
    return begun;
  }

  /**
   * Keeps the lease alive. Reports whether etcd has responded. A lease that etcd no longer knows is
   * dropped.
   */
  void check(Consumer<@Nullable Throwable> checked) {
    long asked = id;
    if (asked == 0) {
      checked.accept(null);
      return;
    }
    connection.answer(
        connection.client().getLeaseClient().keepAliveOnce(asked),
        (answer, error) -> {
          if (error != null && isLost(error)) {
            forget(asked);
            checked.accept(null);
          } else {
            checked.accept(error);
          }
        });
  }

  /** Called when etcd no longer knows the lease and its entries. */
  void lost(long lost) {
    if (forget(lost)) {
      context.connected(session());
    }
  }

  private boolean forget(long lost) {
    if (lost != id) {
      return false;
    }
    id = 0;
    return true;
  }

  static boolean isLost(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && message.contains("requested lease not found")) {
        return true;
      }
    }
    return false;
  }

  /** Revokes the lease, and waits for the response. */
  void revoke() {
    long revoked = id;
    if (revoked == 0) {
      return;
    }
    try {
      connection
          .client()
          .getLeaseClient()
          .revoke(revoked)
          .get(context.options().requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The lease was not revoked and will expire", e);
    }
  }
}
