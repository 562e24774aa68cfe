package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import io.gannet.discovery.spi.DriverContext;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines whether etcd can be queried. There is no permanent connection to etcd: each request
 * goes to one of the servers. Therefore four small requests are sent per session timeout. Each
 * keeps the lease alive or, without a lease, is a request that needs a majority of the servers.
 * After two consecutive failures the registry stops sending requests, and the small request is
 * repeated until it succeeds.
 *
 * <p>Leases therefore can't expire unnoticed: an etcd that is suspended long enough for leases to
 * expire also fails to respond to these requests, before it reports the expiry. Belongs to the
 * loop.
 */
final class EtcdConnection {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdConnection.class);

  /** The number of consecutive failures after which etcd counts as down. */
  private static final int DOWN = 2;

  /** The number of requests per session timeout. */
  private static final int SIGNS = 4;

  /** The response timeout, as a fraction of the session timeout. */
  private static final int ANSWERS = 6;

  private final EtcdClients clients;
  private final EtcdKeys keys;
  private final DriverContext context;
  private final EtcdLease lease;
  private volatile Client client;
  private volatile boolean up;
  private boolean wasUp;
  private boolean probing;
  private int failures;

  /**
   * Whether a new client may be created. Limited, because reconnecting and listing again would slow
   * down slow servers even more.
   */
  private boolean mayRenew = true;

  private @Nullable Future<?> timer;

  EtcdConnection(EtcdClients clients, EtcdKeys keys, DriverContext context) {
    this.clients = clients;
    this.keys = keys;
    this.context = context;
    client = clients.create();
    lease = new EtcdLease(this, context);
  }

  /** {@return the client for the next request} */
  Client client() {
    return client;
  }

  EtcdLease lease() {
    return lease;
  }

  /** Checks after a failure whether etcd can still be queried. */
  void suspect() {
    if (up) {
      probe();
    }
  }

  /** Sends a request that needs a majority of the servers, and keeps the lease alive. */
  void probe() {
    if (probing) {
      return;
    }
    probing = true;
    answer(
        client
            .getKVClient()
            .get(EtcdKeys.bytes(keys.services()), GetOption.builder().withCountOnly(true).build()),
        (response, error) -> {
          if (error != null) {
            probed(error);
          } else {
            lease.check(this::probed);
          }
        });
  }

  private void probed(@Nullable Throwable error) {
    probing = false;
    if (error == null) {
      failures = 0;
      up = true;
      wasUp = true;
      context.connected(lease.session());
      schedule(signPeriod(), this::sign);
      return;
    }
    failed(error);
  }

  private void failed(Throwable error) {
    failures++;
    if (up && failures < DOWN) {
      // The failure may concern one of several servers. The next request goes to another one.
      if (mayRenew && isTimeout(error)) {
        // Other requests to that server, such as watches, must not keep waiting for it.
        mayRenew = false;
        context.schedule(context.options().sessionTimeout(), () -> mayRenew = true);
        renew();
      }
      probe();
      return;
    }
    up = false;
    context.disconnected(error);
    if (failures >= DOWN) {
      renew();
    }
    schedule(context.backoff(failures), this::probe);
  }

  private void sign() {
    if (clients.haveFilesChanged()) {
      LOG.info("certificates or passwords for etcd have changed, reconnecting");
      renew();
    }
    if (!lease.isThere()) {
      probe();
      return;
    }
    lease.check(error -> {
      if (error == null) {
        context.connected(lease.session());
        schedule(signPeriod(), this::sign);
      } else {
        failed(error);
      }
    });
  }

  private static boolean isTimeout(Throwable error) {
    return error instanceof TimeoutException
        || Status.fromThrowable(error).getCode() == Status.Code.DEADLINE_EXCEEDED;
  }

  private Duration signPeriod() {
    return context.options().sessionTimeout().dividedBy(SIGNS);
  }

  private void schedule(Duration delay, Runnable task) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer = context.schedule(delay, task);
  }

  /**
   * Creates new connections. The old ones increase their wait before reconnecting up to two
   * minutes, which can't be shortened.
   */
  private void renew() {
    Client old = client;
    try {
      client = clients.create();
    } catch (IllegalArgumentException e) {
      LOG.warn("{}; the previous certificates and passwords stay in use", e.getMessage());
      return;
    }
    Thread.ofVirtual().name("gannet-etcd-close").start(old::close);
  }

  /**
   * Passes the response to a small request to the loop. A response that isn't received in time
   * counts as a failure.
   */
  <T> void answer(
      CompletableFuture<T> request, BiConsumer<@Nullable T, @Nullable Throwable> answered) {
    Duration patience;
    if (up) {
      patience = context.options().sessionTimeout().dividedBy(ANSWERS);
    } else {
      // The first request may take longer, because the code is not warmed up.
      patience = wasUp ? context.options().connectTimeout() : context.options().requestTimeout();
    }
    request
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((value, error) ->
            context.execute(() -> answered.accept(value, inWords(error, patience))));
  }

  private static @Nullable Throwable inWords(@Nullable Throwable error, Duration patience) {
    return error instanceof TimeoutException && error.getMessage() == null
        ? new TimeoutException("no answer from etcd within " + patience)
        : error;
  }

  /**
   * Revokes the lease, which removes its entries, if etcd can be queried. Called on the thread that
   * closes the registry.
   */
  void close() {
    if (up) {
      lease.revoke();
    }
    client.close();
  }
}
