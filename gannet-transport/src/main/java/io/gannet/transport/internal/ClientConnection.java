package io.gannet.transport.internal;

import io.gannet.transport.Backoff;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.ChannelOptions;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.SessionHost;
import io.gannet.transport.internal.session.SessionInstaller;
import io.gannet.transport.internal.session.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a client's connections: connects, and connects again when its session is lost, until it is
 * stopped or has failed too often. Its state belongs to one loop, on which its sessions live too;
 * {@link #moveTo} is the one door to it.
 */
final class ClientConnection<M> implements SessionHost<M> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** A session that has lasted so long was a success, however it ended. */
  private static final Duration STABLE = Duration.ofSeconds(1);

  private enum State {
    /** Resolving the name, or trying its addresses. */
    CONNECTING,
    /** There is a session. */
    CONNECTED,
    /** Waiting before the next attempt. */
    WAITING,
    /** There will be no more attempts. */
    ENDED
  }

  private final NettyClient<M> client;
  private final NettyClientBuilder.Connecting connecting;
  private final Transport transport;
  private final EventLoop loop;

  /** Written by the loop, read by anyone. */
  private volatile State state = State.CONNECTING;

  private volatile int failures;
  private volatile @Nullable Throwable lastFailure;

  // The loop's.
  private @Nullable Future<?> retry;
  private @Nullable Channel attempt;
  private long connectedAt;
  private boolean wasConnected;

  ClientConnection(
      NettyClient<M> client,
      NettyClientBuilder.Connecting connecting,
      Transport transport,
      EventLoop loop) {
    this.client = client;
    this.connecting = connecting;
    this.transport = transport;
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

  void start() {
    resolve();
  }

  void stop() {
    onLoop(() -> {
      moveTo(State.ENDED);
      if (retry != null) {
        retry.cancel(false);
      }
      if (attempt != null) {
        attempt.close();
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

  private void resolve() {
    connecting
        .destination()
        .resolve(client.loops)
        .whenComplete((addresses, failure) ->
            onLoop(() -> {
              if (failure == null) {
                connect(addresses, 0);
              } else {
                failed(failure);
              }
            }));
  }

  // ---------------------------------------------------------------- on the loop

  private void moveTo(State next) {
    if (state != State.ENDED) {
      state = next;
    }
  }

  private void connect(List<? extends SocketAddress> addresses, int index) {
    if (state != State.CONNECTING) {
      return;
    }
    SocketAddress remote = addresses.get(index);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(client.loops.connection(transport.kind()))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(connecting.timeout().toMillis()))
            .handler(new SessionInstaller<>(this, client.settings, client.loops, transport));
    ChannelOptions.ofConnection(transport.kind(), client.settings.socketOptions(), client.loops)
        .forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    connecting
        .destination()
        .socketOptions(client.loops)
        .forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    ChannelFuture future =
        connecting.local() == null
            ? bootstrap.connect(remote)
            : bootstrap.connect(remote, connecting.local());
    if (future.isDone()) {
      // There isn't even a socket; Netty would call a listener on a thread that isn't the loop's.
      attempted(future, addresses, index);
    } else {
      attempt = future.channel();
      future.addListener(done -> attempted(future, addresses, index));
    }
  }

  private void attempted(ChannelFuture future, List<? extends SocketAddress> addresses, int index) {
    attempt = null;
    if (!future.isSuccess()) {
      if (index + 1 < addresses.size()) {
        connect(addresses, index + 1);
      } else {
        failed(future.cause());
      }
    }
  }

  /** An attempt has failed, or brought a session that was lost again at once. */
  private void failed(Throwable cause) {
    if (state == State.ENDED) {
      return;
    }
    Duration delay = countFailure(cause);
    if (delay == null) {
      LOG.warn(
          "{} gives up connecting after {} failures: {}", client, failures, cause.getMessage());
    }
    retryAfter(delay, cause);
    // Behind that, so that an observer finds a client that has given up.
    client.settings.observers().connectFailed(client, cause, failures, delay);
  }

  /** A session has ended that is no failed attempt; the next one waits nevertheless. */
  private void ended(Throwable cause) {
    if (state == State.ENDED) {
      return;
    }
    retryAfter(countFailure(cause), cause);
  }

  /** Returns how long to wait before the next attempt, or null if there is to be none. */
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
          "{} will connect again in {} ms, failure {}: {}",
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
      resolve();
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
    failed(cause);
  }

  @Override
  public boolean admits(Channel channel) {
    if (state == State.ENDED) {
      return false;
    }
    if (channel.localAddress() instanceof InetSocketAddress local
        && local.equals(channel.remoteAddress())) {
      // TCP lets a socket connect to itself when it draws the port it connects to.
      failed(
          new TransportException(
              "%s has connected to itself: nobody listens there"
                  .formatted(channel.localAddress())));
      return false;
    }
    return true;
  }

  @Override
  public void setupFailed(Channel channel, Throwable cause) {
    client.settings.failures().warn("the set-up of a session", client, cause);
    failed(cause);
  }

  @Override
  public boolean opening(NettySession<M> session) {
    if (!client.register(session)) {
      return false;
    }
    moveTo(State.CONNECTED);
    connectedAt = client.settings.time().nanoTime();
    return true;
  }

  @Override
  public void opened(NettySession<M> session) {
    client.offer(session);
    onLoop(() -> {
      if (wasConnected) {
        client.settings.observers().reconnected(session);
      }
      wasConnected = true;
    });
  }

  @Override
  public void disconnected(NettySession<M> session, CloseReason reason) {
    client.withdraw(session);
    TransportException cause =
        new TransportException("the session was lost: " + reason, reason.cause());
    boolean stable = client.settings.time().nanoTime() - connectedAt >= STABLE.toNanos();
    if (stable) {
      failures = 0;
    }
    if (stable || reason.kind() == CloseReason.Kind.CLOSED || connecting.backoff() == null) {
      ended(cause);
    } else {
      failed(cause);
    }
  }

  @Override
  public void closed(NettySession<M> session, CloseReason reason) {
    client.unregister(session);
  }
}
