package io.gannet.transport.internal;

import io.gannet.transport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a client's connection to open a session, on any number of addresses.
 *
 * <p>The addresses are raced as in RFC 8305 ("Happy Eyeballs"): the next one is tried when the
 * previous one has failed, or has not answered within its head start. The first connection that
 * completes its handshakes wins. The others are closed before they become sessions, and count as
 * untried. If the winner's session fails before it counts as open, the race continues with the
 * remaining addresses.
 *
 * <p>All of this runs on one loop, and in real time.
 */
final class Attempt {

  /** RFC 8305, section 8: how long one address is tried before the next one is tried as well. */
  private static final Duration CONNECT_HEAD_START = Duration.ofMillis(250);

  /** The same for an address that has answered and is in its handshakes, which take longer. */
  private static final Duration HANDSHAKE_HEAD_START = Duration.ofSeconds(1);

  /** The maximum number of failed addresses in a message. */
  private static final int MAX_LISTED_FAILURES = 4;

  /** The owner of the attempt. Called on the loop. */
  interface Owner {

    /**
     * {@return the future of a connection to an address; later events of the connection are passed
     * to this attempt}
     */
    ChannelFuture connect(SocketAddress address);

    /** Called when there is no session, and this attempt will not open one. */
    void attemptFailed(Throwable cause);
  }

  /** An address that is being tried. */
  private static final class Candidate {
    final SocketAddress address;
    @Nullable Channel channel;

    /** Whether the socket is connected. */
    boolean answered;

    Candidate(SocketAddress address) {
      this.address = address;
    }
  }

  private record Failure(SocketAddress address, Throwable cause) {}

  private final Owner owner;
  private final Destination destination;
  private final EventLoop loop;
  private final Duration timeout;
  private final long began = System.nanoTime();
  private final Deque<SocketAddress> untried = new ArrayDeque<>();
  private final List<Candidate> racing = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private @Nullable Candidate winner;
  private @Nullable Future<?> headStart;
  private @Nullable Future<?> deadline;
  private boolean resolved;
  private boolean connectTimeoutPassed;
  private boolean over;

  Attempt(Owner owner, Destination destination, EventLoop loop, Duration timeout) {
    this.owner = owner;
    this.destination = destination;
    this.loop = loop;
    this.timeout = timeout;
  }

  /**
   * Starts the attempt.
   *
   * @param lookup resolves the addresses; completes on any thread
   * @param first the address to try first, if it is still one of them
   * @param last the address to try last
   */
  void start(
      CompletableFuture<List<SocketAddress>> lookup,
      @Nullable SocketAddress first,
      @Nullable SocketAddress last) {
    deadline = loop.schedule(this::timedOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (lookup.isDone()) {
      lookup.whenComplete((addresses, failure) -> resolved(addresses, failure, first, last));
    } else {
      lookup.whenCompleteAsync(
          (addresses, failure) -> resolved(addresses, failure, first, last), loop);
    }
  }

  private void resolved(
      @Nullable List<SocketAddress> addresses,
      @Nullable Throwable failure,
      @Nullable SocketAddress first,
      @Nullable SocketAddress last) {
    if (over) {
      return;
    }
    resolved = true;
    if (addresses == null || addresses.isEmpty()) {
      giveUp(failure == null ? new TransportException("no address") : failure);
    } else {
      untried.addAll(ordered(addresses, first, last));
      tryNext();
    }
  }

  /**
   * Alternates the address families, starting with that of the first address (RFC 8305, section 4).
   */
  static List<SocketAddress> ordered(
      List<SocketAddress> addresses, @Nullable SocketAddress first, @Nullable SocketAddress last) {
    Deque<SocketAddress> same = new ArrayDeque<>();
    Deque<SocketAddress> other = new ArrayDeque<>();
    for (SocketAddress address : addresses) {
      (isIpv6(address) == isIpv6(addresses.getFirst()) ? same : other).add(address);
    }
    List<SocketAddress> result = new ArrayList<>();
    while (!same.isEmpty() || !other.isEmpty()) {
      if (!same.isEmpty()) {
        result.add(same.remove());
      }
      if (!other.isEmpty()) {
        result.add(other.remove());
      }
    }
    if (last != null && result.remove(last)) {
      result.addLast(last);
    }
    if (first != null && result.remove(first)) {
      result.addFirst(first);
    }
    return result;
  }

  private static boolean isIpv6(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
  }

  // ---------------------------------------------------------------- the race

  private void tryNext() {
    cancelHeadStart();
    if (over || winner != null) {
      return;
    }
    SocketAddress address = untried.poll();
    if (address == null) {
      if (racing.isEmpty()) {
        giveUp(combinedFailure());
      }
      return;
    }
    Candidate candidate = new Candidate(address);
    racing.add(candidate);
    giveHeadStart(CONNECT_HEAD_START);
    ChannelFuture future = owner.connect(address);
    if (future.isDone()) {
      // No socket was created; Netty would call a listener on another thread than the loop's.
      connectDone(candidate, future);
    } else {
      candidate.channel = future.channel();
      future.addListener(done -> connectDone(candidate, future));
    }
  }

  private void connectDone(Candidate candidate, ChannelFuture future) {
    if (!future.isSuccess()) {
      candidateFailed(candidate, future.cause());
    } else if (racing.contains(candidate)) {
      candidate.answered = true;
      if (candidate != winner) {
        giveHeadStart(HANDSHAKE_HEAD_START);
      }
    }
  }

  private void candidateFailed(@Nullable Candidate candidate, Throwable cause) {
    if (candidate == null || over || !racing.remove(candidate)) {
      return; // the candidate has lost, or this attempt is over
    }
    if (candidate == winner) {
      winner = null;
    }
    failures.add(new Failure(candidate.address, cause));
    tryNext();
  }

  private void giveHeadStart(Duration most) {
    cancelHeadStart();
    if (!untried.isEmpty()) {
      long nanos = Math.min(most.toNanos(), share().toNanos());
      headStart = loop.schedule(this::tryNext, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void cancelHeadStart() {
    if (headStart != null) {
      headStart.cancel(false);
      headStart = null;
    }
  }

  /**
   * {@return the share of the remaining time for one address, so that there is time for all others}
   */
  private Duration share() {
    long left = Math.max(0, timeout.toNanos() - (System.nanoTime() - began));
    return Duration.ofNanos(left / (untried.size() + 1));
  }

  private @Nullable Candidate candidate(Channel channel) {
    for (Candidate candidate : racing) {
      if (channel.equals(candidate.channel)) {
        return candidate;
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- events of a connection

  /** Called when a connection has failed after its socket was connected, or must not be used. */
  void connectionFailed(Channel channel, Throwable cause) {
    candidateFailed(candidate(channel), cause);
  }

  /**
   * Called when a connection has completed its handshakes.
   *
   * @return whether it is the first; others are then closed
   */
  boolean wins(Channel channel) {
    Candidate first = candidate(channel);
    if (over || first == null || winner != null) {
      return false;
    }
    winner = first;
    cancelHeadStart();
    List<Candidate> losers = new ArrayList<>(racing);
    losers.remove(first);
    racing.removeAll(losers);
    for (Candidate loser : losers.reversed()) {
      if (!connectTimeoutPassed) {
        untried.addFirst(loser.address);
      }
      close(loser);
    }
    return true;
  }

  /** {@return how long the winner's session may take until it counts as open} */
  Duration timeForSession() {
    return untried.isEmpty() ? timeout : share();
  }

  /** Called when the winner's session has ended before it counted as open. */
  void sessionFailed(Throwable cause) {
    candidateFailed(winner, cause);
  }

  /**
   * Called when the winner's session counts as open, so that this attempt is over.
   *
   * @return the address of the session
   */
  @Nullable SocketAddress succeeded() {
    end();
    return winner == null ? null : winner.address;
  }

  // ---------------------------------------------------------------- how it ends

  private void timedOut() {
    if (over) {
      return;
    }
    if (!resolved) {
      giveUp(
          new TransportException(
              "the name in %s was not resolved within %d ms (setting connectTimeout)%s"
                  .formatted(
                      destination,
                      timeout.toMillis(),
                      NameResolver.SHARED.isBusy()
                          ? "; too many other lookups wait for an answer"
                          : "")));
      return;
    }
    connectTimeoutPassed = true;
    untried.clear();
    // A connection in its handshakes has the time of the handshake timeout.
    List<Candidate> silent = racing.stream().filter(candidate -> !candidate.answered).toList();
    for (Candidate candidate : silent) {
      candidateFailed(
          candidate,
          new ConnectTimeoutException(
              "no answer from %s within %d ms (setting connectTimeout)"
                  .formatted(candidate.address, timeout.toMillis())));
      close(candidate);
    }
  }

  private static void close(Candidate candidate) {
    if (candidate.channel != null) {
      candidate.channel.close();
    }
  }

  private Throwable combinedFailure() {
    Failure last = failures.getLast();
    if (failures.size() == 1) {
      return last.cause;
    }
    String named =
        failures.stream()
            .limit(MAX_LISTED_FAILURES)
            .map(failure -> failure.address + ": " + failure.cause.getMessage())
            .collect(Collectors.joining("; "));
    String more =
        failures.size() > MAX_LISTED_FAILURES
            ? "; and %d more".formatted(failures.size() - MAX_LISTED_FAILURES)
            : "";
    return new TransportException(
        "can't open a session to any address of %s: %s%s".formatted(destination, named, more),
        last.cause);
  }

  private void giveUp(Throwable cause) {
    end();
    owner.attemptFailed(cause);
  }

  /** Cancels the attempt without a notification. */
  void cancel() {
    List<Candidate> all = List.copyOf(racing);
    end();
    all.stream().filter(candidate -> candidate != winner).forEach(Attempt::close);
  }

  private void end() {
    over = true;
    cancelHeadStart();
    if (deadline != null) {
      deadline.cancel(false);
    }
    untried.clear();
    racing.clear();
  }
}
