package io.gannet.transport.internal;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Encoded;
import io.gannet.transport.Endpoint;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SharedEventLoops;
import io.gannet.transport.internal.session.Checks;
import io.gannet.transport.internal.session.EncodedMessage;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionSettings;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an endpoint, and how the endpoint stops.
 *
 * <p><b>Stopping.</b> A stop first sets {@link #stopping} and then reads {@link #live}. A session
 * that opens is first added to {@code live} and then reads {@code stopping}. So no session is
 * missed. The endpoint has ended when it is stopping and no session is live; then its loops are
 * released, once.
 */
abstract class AbstractEndpoint<M> implements Endpoint<M> {

  /** How much longer than the grace period a stop waits, for the callbacks of aborted sessions. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  final SessionSettings<M> settings;
  final NettyEventLoops loops;
  private final boolean sharesLoops;
  private final String name;

  /**
   * Sessions whose onClose has not returned. Users see those that are
   * {@link NettySession#isVisible}.
   */
  private final SessionTable<NettySession<M>> live = new SessionTable<>(NettySession::id);

  /** Connections whose handshake is running. */
  private final Set<Channel> establishing = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final SessionTally tally = new SessionTally();

  AbstractEndpoint(String name, SessionSettings<M> settings, @Nullable NettyEventLoops own) {
    this.name = name;
    this.settings = settings;
    this.sharesLoops = own == null;
    this.loops = own == null ? SharedEventLoops.acquire() : own;
  }

  /** Stops opening sessions. Called once. */
  abstract void stopOpening();

  /** Called when all sessions have ended: waits until their ports are free. */
  void awaitFreePorts() {}

  @Override
  public String name() {
    return name;
  }

  @Override
  public Collection<Session<M>> sessions() {
    return live.all().stream()
        .filter(NettySession::isVisible)
        .<Session<M>>map(session -> session)
        .toList();
  }

  @Override
  public int sessionCount() {
    return live.size();
  }

  @Override
  public boolean isRunning() {
    return !stopping.get();
  }

  @Override
  public int broadcast(M message, Predicate<? super Session<M>> filter) {
    Objects.requireNonNull(message, "message");
    return toAll(filter, session -> session.sendBroadcast(message));
  }

  @Override
  public int broadcastEncoded(Encoded<? extends M> message, Predicate<? super Session<M>> filter) {
    EncodedMessage<?> encoded = EncodedMessage.of(message);
    return toAll(filter, session -> session.sendBroadcast(encoded));
  }

  private int toAll(Predicate<? super Session<M>> filter, Predicate<NettySession<M>> send) {
    Objects.requireNonNull(filter, "filter");
    int accepted = 0;
    RuntimeException failure = null;
    for (NettySession<M> session : live.all()) {
      try {
        if (session.isVisible() && filter.test(session) && send.test(session)) {
          accepted++;
        }
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return accepted;
  }

  @Nullable Session<M> visible(long id) {
    NettySession<M> session = live.get(id);
    return session != null && session.isVisible() ? session : null;
  }

  /** Called when a handshake starts. */
  public void establishing(Channel channel) {
    establishing.add(channel);
    if (stopping.get()) {
      channel.close();
    }
  }

  /** Called when a handshake has ended. */
  public void established(Channel channel) {
    establishing.remove(channel);
  }

  /** Called when a session is about to open. Returns false if it must not. */
  boolean register(NettySession<M> session) {
    live.add(session);
    tally.opened(); // before the look at the flag: a report of a stop must not miss it
    if (stopping.get()) {
      tally.refused();
      live.remove(session);
      endIfDone();
      return false;
    }
    return true;
  }

  /** Called when a session has ended; its callbacks may still run. */
  public void ended(NettySession<M> session) {
    if (session.wasCut()) {
      tally.cut(session.unsentBytes());
    } else {
      tally.drained();
    }
  }

  /** Called when a session's onClose has returned. */
  void unregister(NettySession<M> session) {
    live.remove(session);
    endIfDone();
  }

  private void endIfDone() {
    if (stopping.get() && live.isEmpty() && ended.compareAndSet(false, true)) {
      if (sharesLoops) {
        SharedEventLoops.release();
      }
      end.complete(null);
    }
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return end.minimalCompletionStage();
  }

  @Override
  public StopReport stop(StopMode mode) {
    return stop(mode, settings.drainGrace());
  }

  @Override
  public StopReport stop(StopMode mode, Duration grace) {
    long began = System.nanoTime();
    if (stopping.compareAndSet(false, true)) {
      tally.beginStop();
      stopOpening();
      establishing.forEach(Channel::close);
    }
    boolean mayWait =
        !NettyEventLoops.onLoopThread()
            && live.all().stream().noneMatch(NettySession::callbackRunsHere);
    CloseReason why = new CloseReason(CloseReason.Kind.STOPPED, name() + " was stopped");
    live.all().forEach(session -> session.stop(mode, why, grace));
    endIfDone();
    if (mayWait && mode != StopMode.DRAIN) {
      await(mode == StopMode.NOW ? MARGIN : MARGIN.plusNanos(Checks.clamp(grace)));
    }
    return tally.report(Duration.ofNanos(System.nanoTime() - began));
  }

  private void await(Duration timeout) {
    try {
      end.get(Checks.clamp(timeout), TimeUnit.NANOSECONDS);
      awaitFreePorts();
      if (sharesLoops) {
        SharedEventLoops.awaitIfUnused(MARGIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // The session is reported as still running.
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
