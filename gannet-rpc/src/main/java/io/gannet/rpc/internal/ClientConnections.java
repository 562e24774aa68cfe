package io.gannet.rpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.ConnectionOwner;
import io.gannet.rpc.internal.call.Invocation;
import io.gannet.rpc.internal.call.OwnedConnections;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.cluster.Pool;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.CloseReason;
import io.gannet.transport.EventLoops;
import io.gannet.transport.NoSessionException;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.internal.session.LayeredClientBuilder;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections of a client to one destination. Each call takes the next connection. */
final class ClientConnections
    implements OwnedConnections, Pool, ConnectionOwner, TransportObserver {

  /**
   * The longest pause is shorter than the transport's default, because calls wait for a connection
   * only a short time.
   */
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(5)).withFullJitter();

  private final @Nullable Consumer<RpcPeer> onConnect;
  private final long connectionWaitNanos;
  private final Runnable onChange;
  private final AtomicInteger nextIndex = new AtomicInteger();

  /** The connections that have not ended, ready or not. */
  private final Set<RpcConnection> all = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when something has changed that threads waiting for a connection check. */
  private final Condition changed = lock.newCondition();

  /** The connections that accept calls. Replaced under the lock, read without it. */
  private volatile List<RpcConnection> ready = List.of();

  private volatile @Nullable Client<Frame> transport;
  private volatile boolean stopping;

  /** Whether an attempt to connect has failed since a connection was last ready. */
  private volatile boolean failing;

  /** The reason why the last connection failed or was withdrawn. Written under the lock. */
  private volatile @Nullable String lastFailure;

  /**
   * Creates an empty set.
   *
   * @param onConnect runs on each new connection before calls use it, or null
   * @param connectionWaitNanos how long a call waits for a connection, in nanoseconds
   * @param onChange called on any thread when the connections that accept calls have changed; must
   *     not block
   */
  ClientConnections(
      @Nullable Consumer<RpcPeer> onConnect, long connectionWaitNanos, Runnable onChange) {
    this.onConnect = onConnect;
    this.connectionWaitNanos = connectionWaitNanos;
    this.onChange = onChange;
  }

  /**
   * Starts to connect.
   *
   * @param to the builder of the transport's client, with the address
   * @param transportSettings the transport settings of the user
   * @param setup the transport settings that RPC needs
   * @param settings the settings that all connections of the endpoint share
   * @param connections an empty set, which will contain the connections
   * @return the set
   */
  static ClientConnections open(
      ClientBuilder.NeedsCodec to,
      Consumer<ClientBuilder<?>> transportSettings,
      TransportSetup setup,
      CallSettings settings,
      ClientConnections connections) {
    Wire wire = settings.wire();
    ClientBuilder<Frame> builder = to.codecPerSession(wire::newCodec);
    if (!wire.applicationProtocol().isEmpty()) {
      ((LayeredClientBuilder) builder)
          .addLayer(
              authority -> Objects.requireNonNull(wire.layer(authority)),
              wire.applicationProtocol());
    }
    builder.reconnect(BACKOFF);
    transportSettings.accept(builder);
    setup.apply(builder);
    builder.listenerPerSession(() -> new RpcConnection(settings, connections));
    builder.observer(connections);
    connections.transport = builder.start();
    return connections;
  }

  private Client<Frame> transport() {
    return Objects.requireNonNull(transport, "not started");
  }

  // ---------------------------------------------------------------- choosing

  @Override
  public @Nullable RpcConnection tryPick(Invocation call) {
    List<RpcConnection> candidates = ready;
    int size = candidates.size();
    if (size == 1) {
      RpcConnection only = candidates.getFirst();
      return only.isUsable() ? only : null;
    }
    int start = nextIndex.getAndIncrement();
    for (int i = 0; i < size; i++) {
      RpcConnection next = candidates.get(Math.floorMod(start + i, size));
      if (next.isUsable()) {
        return next;
      }
    }
    return null;
  }

  @Override
  public RpcConnection pick(Invocation call, Clock clock, long deadline) {
    boolean mayWait = !EventLoops.isIoThread();
    long atMost = mayWait ? Math.min(connectionWaitNanos, deadline - clock.now()) : 0;
    long left = atMost;
    lock.lock();
    try {
      while (true) {
        if (stopping) {
          throw unavailable("the client was stopped", null);
        }
        RpcConnection connection = tryPick(call);
        if (connection != null) {
          return connection;
        }
        if (left <= 0 || transport().hasGivenUp()) {
          throw noConnection(atMost - Math.max(0, left));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcException(
          RpcCode.CANCELLED,
          "interrupted while waiting for a connection of " + describe(),
          e,
          null,
          Map.of(),
          true);
    } finally {
      lock.unlock();
    }
  }

  private RpcException noConnection(long waited) {
    String waiting = "";
    if (waited > 0) {
      waiting = "; waited " + Clock.text(waited);
      if (waited >= connectionWaitNanos) {
        waiting += " (setting connectionWait)";
      }
    }
    NoSessionException missing = missingSession();
    return unavailable(trouble(missing) + waiting, missing);
  }

  @Override
  public String trouble() {
    return trouble(missingSession());
  }

  private String trouble(@Nullable NoSessionException missing) {
    String rpc = lastFailure;
    if (missing != null) {
      return missing.getMessage() + (rpc == null ? "" : "; before that: " + rpc);
    }
    return rpc == null ? "its connection is not ready" : "its connections are not ready: " + rpc;
  }

  /** {@return why the transport has no session, or null if it has one} */
  private @Nullable NoSessionException missingSession() {
    try {
      transport().session(Duration.ZERO);
      return null;
    } catch (NoSessionException e) {
      return e;
    }
  }

  @Override
  public boolean isReady() {
    for (RpcConnection connection : ready) {
      if (connection.isUsable()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasFailed() {
    return !isReady() && (failing || lastFailure != null);
  }

  @Override
  public int pending() {
    List<RpcConnection> known = ready;
    int pending = 0;
    for (RpcConnection connection : known.isEmpty() ? all : known) {
      pending += connection.pendingCalls();
    }
    return pending;
  }

  private RpcException unavailable(String why, @Nullable Throwable cause) {
    return new RpcException(
        RpcCode.UNAVAILABLE,
        "no connection of %s: %s".formatted(describe(), why),
        cause,
        null,
        Map.of(),
        true);
  }

  @Override
  public String describe() {
    return transport().name();
  }

  // ---------------------------------------------------------------- connection events

  @Override
  public void greeted(RpcConnection connection) {
    all.add(connection);
    connection.admit(); // before onConnect, whose calls may make the peer call back
    if (stopping) {
      connection.drain(); // stop() sets the flag before it reads the connections
    }
    Consumer<RpcPeer> action = onConnect;
    if (action == null) {
      offer(connection);
    } else {
      Thread.startVirtualThread(() -> {
        try {
          action.accept(connection.peer());
        } catch (Throwable t) {
          failed("onConnect failed: " + PeerText.escape(FailureLog.text(t)));
          connection.refuse(t);
          return;
        }
        offer(connection);
      });
    }
  }

  private void offer(RpcConnection connection) {
    change(connections -> {
      if (!stopping && connection.isUsable()) {
        connections.add(connection);
        failing = false;
        lastFailure = null;
      }
    });
  }

  @Override
  public void withdrawn(RpcConnection connection) {
    String goodbye = connection.peerGoodbyeReason();
    change(connections -> {
      connections.remove(connection);
      lastFailure = goodbye;
    });
    if (!stopping) {
      connection.peer().session().replace();
      connection.leaveAfterCalls();
    }
  }

  @Override
  public void ended(RpcConnection connection, CloseReason reason) {
    all.remove(connection);
    String goodbye = connection.peerGoodbyeReason();
    change(connections -> {
      connections.remove(connection);
      if (goodbye != null) {
        lastFailure = goodbye;
      }
    });
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
    change(connections -> failing = true); // also if the client gives up: waiting calls look again
  }

  private void failed(String why) {
    change(connections -> lastFailure = why);
  }

  private void change(Consumer<List<RpcConnection>> how) {
    lock.lock();
    try {
      List<RpcConnection> copy = new ArrayList<>(ready);
      how.accept(copy);
      ready = List.copyOf(copy);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onChange.run();
  }

  @Override
  public Collection<RpcPeer> peers() {
    return ready.stream().<RpcPeer>map(RpcConnection::peer).filter(RpcPeer::isOpen).toList();
  }

  void updateTls(ClientTls tls) {
    transport().updateTls(tls);
  }

  // ---------------------------------------------------------------- stopping

  @Override
  public boolean isRunning() {
    return !stopping && transport().isRunning();
  }

  @Override
  public void stop(StopMode mode, Duration grace) {
    stopping = true;
    change(List::clear);
    EndpointStop.stop(transport(), List.copyOf(all), RpcConnection::drainAfterCalls, mode, grace);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return transport().whenStopped();
  }
}
