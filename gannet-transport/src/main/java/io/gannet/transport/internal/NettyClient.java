package io.gannet.transport.internal;

import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.NoSessionException;
import io.gannet.transport.Session;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.Checks;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.session.Transport;
import io.gannet.transport.internal.tls.TlsLayer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client: a pool of independent connections. */
final class NettyClient<M> extends AbstractEndpoint<M> implements Client<M> {

  private final NettyClientBuilder.ConnectSettings connecting;
  private final List<ClientConnection<M>> connections;
  private final AtomicInteger turn = new AtomicInteger();

  private final ReentrantLock lock = new ReentrantLock();

  /** Signals that a session has opened, or that no further one will. */
  private final Condition changed = lock.newCondition();

  /** The sessions that can be returned. Replaced under the lock, read by any thread. */
  private volatile List<Session<M>> open = List.of();

  NettyClient(
      @Nullable String name,
      SessionSettings<M> settings,
      @Nullable NettyEventLoops own,
      NettyClientBuilder.ConnectSettings connecting) {
    super(
        name != null
            ? name
            : "%s-client-%s".formatted(connecting.scheme(), connecting.destination()),
        settings,
        own);
    this.connecting = connecting;
    List<Layer> layers = new ArrayList<>(connecting.destination().layers(loops));
    layers.addAll(connecting.layers());
    Transport transport = new Transport(connecting.destination().kind(), layers);
    List<ClientConnection<M>> all = new ArrayList<>();
    for (int i = 0; i < connecting.connections(); i++) {
      all.add(new ClientConnection<>(this, connecting, transport, loops.next()));
    }
    this.connections = List.copyOf(all);
  }

  /** Starts to connect, unless that can never succeed. */
  void start() {
    settings.observers().started(this);
    try {
      connecting.destination().check(loops);
      connections.forEach(ClientConnection::start);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public Session<M> session() {
    return session(connecting.timeout());
  }

  @Override
  public Session<M> session(Duration timeout) {
    Session<M> session = pick();
    return session != null ? session : await(timeout);
  }

  @Override
  public Optional<Session<M>> trySession() {
    return Optional.ofNullable(pick());
  }

  private @Nullable Session<M> pick() {
    List<Session<M>> candidates = open;
    int start = turn.getAndIncrement();
    for (int i = 0; i < candidates.size(); i++) {
      Session<M> session = candidates.get(Math.floorMod(start + i, candidates.size()));
      if (session.isOpen()) {
        return session;
      }
    }
    return null;
  }

  private Session<M> await(Duration timeout) {
    long began = System.nanoTime();
    long left = NettyEventLoops.onLoopThread() ? 0 : Checks.clamp(timeout);
    lock.lock();
    try {
      while (true) {
        Session<M> session = pick();
        if (session != null) {
          return session;
        }
        if (left <= 0 || !isRunning() || allHaveGivenUp()) {
          throw noSession(timeout.isZero() ? 0 : System.nanoTime() - began);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoSessionException("interrupted while waiting for a session of " + name(), e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean hasGivenUp() {
    return pick() == null && allHaveGivenUp();
  }

  private boolean allHaveGivenUp() {
    return connections.stream().allMatch(ClientConnection::hasGivenUp);
  }

  private NoSessionException noSession(long waitedNanos) {
    String why;
    if (!isRunning()) {
      why = ", the client was stopped";
    } else if (NettyEventLoops.onLoopThread()) {
      why = ", and an I/O thread must not wait for a session";
    } else if (allHaveGivenUp()) {
      why = ", and it has stopped reconnecting (setting reconnect)";
    } else if (waitedNanos == 0) {
      why = "";
    } else {
      why =
          ", waited %d ms (setting connectTimeout)"
              .formatted(TimeUnit.NANOSECONDS.toMillis(waitedNanos));
    }
    Throwable last =
        connections.stream()
            .map(ClientConnection::lastFailure)
            .filter(failure -> failure != null)
            .findFirst()
            .orElse(null);
    int failures = connections.stream().mapToInt(ClientConnection::failures).max().orElse(0);
    return new NoSessionException(
        "%s has no open session%s; %d of %d connections are open; %s"
            .formatted(
                name(),
                why,
                open.size(),
                connections.size(),
                last == null
                    ? "no attempt has failed yet"
                    : "%d attempts have failed in a row, the last with: %s"
                        .formatted(failures, last.getMessage())),
        last);
  }

  /** Called when a session can be returned to callers. */
  void offer(NettySession<M> session) {
    changeOpen(sessions -> {
      if (session.isOpen() && !session.isLeaving()) {
        sessions.add(session);
      }
    });
  }

  /** Called when a session must no longer be returned. */
  void withdraw(NettySession<M> session) {
    changeOpen(sessions -> sessions.remove(session));
  }

  /** Wakes the threads that wait for a session, so that they check whether one can still open. */
  void signal() {
    changeOpen(sessions -> {});
  }

  private void changeOpen(Consumer<List<Session<M>>> change) {
    lock.lock();
    try {
      List<Session<M>> copy = new ArrayList<>(open);
      change.accept(copy);
      open = List.copyOf(copy);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  void stopOpening() {
    connections.forEach(ClientConnection::stop);
    signal();
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public void updateTls(ClientTls tls) {
    TlsLayer.among(connecting.layers(), name()).update(tls);
  }
}
