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
 * Knows whether etcd can be asked. There is no such thing as a connection to etcd: each request goes to one of
 * the servers. So four times in the session timeout a small request is made: a sign of life for the lease or,
 * if there is none, one that needs a majority of the servers. If that fails twice in a row the registry is
 * told to ask for nothing more, and it is repeated until it succeeds.
 *
 * <p>That leaves no time for leases to expire unnoticed: an etcd that stood still for so long that they do has
 * not answered us either, before it says what has expired. Belongs to the loop.
 */
final class EtcdConnection {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdConnection.class);

  /** How many failures in a row mean that etcd is down. */
  private static final int DOWN = 2;

  /** How often a request is made in the session timeout. */
  private static final int SIGNS = 4;

  /** What part of the session timeout an answer may take. */
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

  /** Not too often: if all servers are slow, connecting and listing anew makes them slower. */
  private boolean mayRenew = true;

  private @Nullable Future<?> timer;

  EtcdConnection(EtcdClients clients, EtcdKeys keys, DriverContext context) {
    this.clients = clients;
    this.keys = keys;
    this.context = context;
    client = clients.create();
    lease = new EtcdLease(this, context);
  }

  /** {@return the client to make the next request with} */
  Client client() {
    return client;
  }

  EtcdLease lease() {
    return lease;
  }

  /** Something has failed; looks whether it is etcd that does. */
  void suspect() {
    if (up) {
      probe();
    }
  }

  /** Asks for something that needs a majority of the servers, and for the lease. */
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
      // It may have been one server of several: the next request goes to another.
      if (mayRenew && isTimeout(error)) {
        // Whatever else waits for that server, such as watches, must not go on waiting.
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
   * Starts with new connections. The old ones wait before they connect again, longer each time and up to two
   * minutes, which nobody can shorten.
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

  /** Hands the answer to a small request over on the loop; one that doesn't come in time has failed. */
  <T> void answer(
      CompletableFuture<T> request, BiConsumer<@Nullable T, @Nullable Throwable> answered) {
    Duration patience;
    if (up) {
      patience = context.options().sessionTimeout().dividedBy(ANSWERS);
    } else {
      // The very first request may find a cold machine.
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

  /** What the lease holds goes with it, if etcd can be asked. On the thread that closes the registry. */
  void close() {
    if (up) {
      lease.revoke();
    }
    client.close();
  }
}
