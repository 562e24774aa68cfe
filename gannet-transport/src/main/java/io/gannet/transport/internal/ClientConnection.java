package io.gannet.transport.internal;

import io.gannet.transport.Backoff;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionHost;
import io.gannet.transport.internal.session.SessionInstaller;
import io.gannet.transport.internal.session.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a client's connections. It connects, and reconnects when its session is lost, until it is
 * stopped or has failed too often. Its state belongs to one loop, which also runs its sessions;
 * only {@link #moveTo} changes the state.
 */
final class ClientConnection<M> implements SessionHost<M>, Attempt.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** A session that has lasted this long counts as a success, however it ended. */
  private static final Duration STABLE = Duration.ofSeconds(1);

  /**
   * The maximum number of lost sessions whose callbacks may still run. Each may hold a full queue
   * of messages: a server that sends much and resets, again and again, must not fill the memory of
   * a client with a slow listener.
   */
  static final int MAX_UNFINISHED = 4;

  private enum State {
    /** An {@link Attempt} is running. */
    CONNECTING,
    /** A session counts as open. */
    CONNECTED,
    /** Waiting before the next attempt. */
    WAITING,
    /** Waiting for callbacks of sessions that have ended. */
    HELD_UP,
    /** No more attempts are made. */
    ENDED
  }

  private final NettyClient<M> client;
  private final NettyClientBuilder.ConnectSettings connecting;
  private final Connector connector;
  private final EventLoop loop;

  /** Written by the loop, read by any thread. */
  private volatile State state = State.CONNECTING;

  private volatile int failures;
  private volatile @Nullable Throwable lastFailure;

  // The fields below belong to the loop.
  private @Nullable Future<?> retry;

  /** The session that counts as open and isn't being replaced. */
  private @Nullable NettySession<M> current;

  /** The previous session, which was or is being replaced and has not ended. */
  private @Nullable NettySession<M> leaving;

  private @Nullable Attempt attempt;

  /** The session of the attempt, which doesn't count as open yet. */
  private @Nullable PendingSession<M> pending;

  /** The address of the last successful session. */
  private @Nullable SocketAddress goodAddress;

  /** The address of the last session that was lost at once. */
  private @Nullable SocketAddress badAddress;

  private @Nullable SocketAddress currentAddress;

  /** The number of sessions that have lost their connection and not yet run their last callback. */
  private int unfinished;

  private long connectedAt;
  private boolean wasConnected;

  ClientConnection(
      NettyClient<M> client,
      NettyClientBuilder.ConnectSettings connecting,
      Transport transport,
      EventLoop loop) {
    this.client = client;
    this.connecting = connecting;
    this.connector = new Connector(client, connecting, transport, loop);
    this.loop = loop;
  }

  boolean hasGivenUp() {
    return state == State.ENDED;
  }

  int failures() {
    return failures;
  }

  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  // ---------------------------------------------------------------- on any thread

  /**
   * Starts to connect.
   *
   * @throws TransportException if the loops don't support an option
   */
  void start() {
    connector.socketOptions(); // checks the options
    onLoop(this::connect);
  }

  void stop() {
    onLoop(() -> {
      moveTo(State.ENDED);
      if (retry != null) {
        retry.cancel(false);
      }
      if (attempt != null) {
        attempt.cancel(); // a session is stopped separately
      }
    });
  }

  private void onLoop(Runnable action) {
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: the loops have ended", client, e);
    }
  }

  // ---------------------------------------------------------------- on the loop

  private void moveTo(State next) {
    if (state != State.ENDED) {
      state = next;
    }
  }

  private void connect() {
    if (state != State.CONNECTING) {
      return;
    }
    if (unfinished >= MAX_UNFINISHED) {
      moveTo(State.HELD_UP);
      String why =
          "the listener still runs callbacks of %d lost sessions: not connecting before one returns"
              .formatted(unfinished);
      lastFailure = new TransportException(why);
      client.settings.failures().warn(client, why);
      return;
    }
    Attempt next = new Attempt(this, connecting.destination(), loop, connecting.timeout());
    attempt = next;
    next.start(connecting.destination().resolve(client.loops), goodAddress, badAddress);
  }

  @Override
  public ChannelFuture connect(SocketAddress next) {
    return connector.connect(
        next, new SessionInstaller<>(this, client.settings, client.loops, connector.transport()));
  }

  @Override
  public void attemptFailed(Throwable cause) {
    attempt = null;
    failed(cause);
  }

  /**
   * Called when an attempt has failed, or its session was lost at once. Unlike {@link #ended},
   * reports the failure to observers.
   */
  private void failed(Throwable cause) {
    if (state == State.ENDED) {
      return;
    }
    Duration delay = countFailure(cause);
    if (delay == null) {
      LOG.warn("{} stops reconnecting after {} failures: {}", client, failures, cause.getMessage());
    }
    retryAfter(delay, cause);
    // Called last, so that an observer sees a client that has stopped reconnecting.
    client.settings.observers().connectFailed(client, cause, failures, delay);
  }

  /**
   * Called when a session has ended in a way that isn't reported to observers as a failure; the
   * backoff still applies.
   */
  private void ended(Throwable cause) {
    if (state == State.ENDED) {
      return;
    }
    retryAfter(countFailure(cause), cause);
  }

  /** Returns the wait before the next attempt, or null if there is none. */
  private @Nullable Duration countFailure(Throwable cause) {
    int count = failures + 1;
    failures = count;
    lastFailure = cause;
    Backoff backoff = connecting.backoff();
    boolean givesUp =
        backoff == null || (backoff.maxAttempts() > 0 && failures >= backoff.maxAttempts());
    return givesUp || backoff == null ? null : backoff.delay(failures, ThreadLocalRandom.current());
  }

  private void retryAfter(@Nullable Duration delay, Throwable cause) {
    if (delay == null) {
      moveTo(State.ENDED);
      client.signal();
      return;
    }
    if (Integer.bitCount(failures) == 1) { // 1, 2, 4, 8 …: an outage must not fill the log
      LOG.info(
          "{} reconnects in {} ms after failure {}: {}",
          client,
          delay.toMillis(),
          failures,
          cause.getMessage());
    }
    moveTo(State.WAITING);
    retry = client.settings.time().schedule(this::retry, delay, loop);
  }

  private void retry() {
    if (state == State.WAITING) {
      moveTo(State.CONNECTING);
      connect();
    }
  }

  @Override
  public Endpoint<M> endpoint() {
    return client;
  }

  @Override
  public void establishing(Channel channel) {
    client.establishing(channel);
  }

  @Override
  public void established(Channel channel) {
    client.established(channel);
  }

  @Override
  public void establishFailed(Channel channel, HandshakeException cause) {
    connectionFailed(channel, cause);
  }

  private void connectionFailed(Channel channel, Throwable cause) {
    if (attempt != null) {
      attempt.connectionFailed(channel, cause);
    }
  }

  @Override
  public boolean admits(Channel channel) {
    if (state == State.ENDED || attempt == null) {
      return false;
    }
    if (channel.localAddress() instanceof InetSocketAddress local
        && local.equals(channel.remoteAddress())) {
      // With TCP, a socket can connect to itself if it gets the port that it connects to.
      connectionFailed(
          channel,
          new TransportException(
              "%s has connected to itself: no process listens there"
                  .formatted(channel.localAddress())));
      return false;
    }
    return attempt.wins(channel);
  }

  @Override
  public void setupFailed(Channel channel, Throwable cause) {
    client.settings.failures().warn("the set-up of a session", client, cause);
    connectionFailed(channel, cause);
  }

  @Override
  public boolean awaitsReady() {
    return connecting.awaitsReady();
  }

  @Override
  public boolean opening(NettySession<M> session) {
    if (!client.register(session)) {
      return false;
    }
    if (connecting.awaitsReady()) {
      Duration time = Objects.requireNonNull(attempt).timeForSession();
      pending = new PendingSession<>(session, loop, time);
    } else {
      connected(session);
    }
    return true;
  }

  /** Called when the session of the attempt counts as open. */
  private void connected(NettySession<M> session) {
    current = session;
    currentAddress = Objects.requireNonNull(attempt).succeeded();
    attempt = null;
    moveTo(State.CONNECTED);
    connectedAt = client.settings.time().nanoTime();
  }

  @Override
  public void opened(NettySession<M> session) {
    if (!connecting.awaitsReady()) {
      client.offer(session);
      onLoop(() -> countReconnect(session));
      return;
    }
    onLoop(() -> {
      if (pending != null && pending.opened(session)) {
        offerPending(session);
      }
    });
  }

  @Override
  public void ready(NettySession<M> session) {
    onLoop(() -> {
      if (pending != null && pending.ready(session)) {
        offerPending(session);
      }
    });
  }

  private void offerPending(NettySession<M> session) {
    forgetPending();
    connected(session);
    session.release();
    client.offer(session);
    countReconnect(session);
    if (session.isLeaving()) {
      replaceOnLoop(session);
    }
  }

  private void forgetPending() {
    Objects.requireNonNull(pending).forget();
    pending = null;
  }

  private void countReconnect(NettySession<M> session) {
    if (wasConnected) {
      client.settings.observers().reconnected(session);
    }
    wasConnected = true;
  }

  @Override
  public void replace(NettySession<M> session) {
    client.withdraw(session);
    onLoop(() -> replaceOnLoop(session));
  }

  private void replaceOnLoop(NettySession<M> session) {
    if (session != current) {
      return;
    }
    current = null;
    leaving = session;
    goodAddress = null;
    badAddress = currentAddress;
    if (isStable() && connecting.backoff() != null) {
      failures = 0;
      moveTo(State.CONNECTING);
      connect();
    } else {
      ended(new TransportException("the session is being replaced"));
    }
  }

  /** {@return whether the last open session has lasted long enough} */
  private boolean isStable() {
    return client.settings.time().nanoTime() - connectedAt >= STABLE.toNanos();
  }

  /**
   * Called when a session that is being replaced has ended, so that its server may accept another.
   */
  private void leavingEnded(CloseReason reason) {
    leaving = null;
    if (isStable() && state != State.CONNECTED) {
      failures = 0;
      if (state == State.WAITING && retry != null) {
        retry.cancel(false);
        ended(lost(reason));
      }
    }
  }

  private static TransportException lost(CloseReason reason) {
    return new TransportException("the session was lost: " + reason, reason.cause());
  }

  @Override
  public void ended(NettySession<M> session) {
    client.ended(session);
  }

  @Override
  public void disconnected(NettySession<M> session, CloseReason reason) {
    unfinished++;
    client.withdraw(session);
    if (pending != null && pending.is(session)) {
      forgetPending();
      if (attempt != null) {
        attempt.sessionFailed(
            new TransportException(
                "the session ended before it was ready: " + reason, reason.cause()));
      }
      return;
    }
    if (session == leaving) {
      leavingEnded(reason);
      return;
    }
    if (session != current) {
      return;
    }
    current = null;
    TransportException cause = lost(reason);
    boolean closedHere = reason.kind() == CloseReason.Kind.CLOSED;
    boolean stable = isStable();
    if (stable) {
      failures = 0;
    }
    boolean worked = stable || closedHere;
    goodAddress = worked ? currentAddress : null;
    badAddress = worked ? null : currentAddress;
    if (worked || connecting.backoff() == null) {
      ended(cause);
    } else {
      failed(cause);
    }
  }

  @Override
  public void closed(NettySession<M> session, CloseReason reason) {
    client.unregister(session);
    onLoop(() -> {
      unfinished--;
      if (state == State.HELD_UP) {
        moveTo(State.CONNECTING);
        connect();
      }
    });
  }
}
