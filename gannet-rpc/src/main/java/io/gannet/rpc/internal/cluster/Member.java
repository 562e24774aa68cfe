package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An instance in a {@link Cluster}. Only {@link #moveTo} changes its state, under the cluster's
 * lock; any thread may read it.
 */
final class Member implements Balancer.Candidate {

  /** The share of an instance at the beginning of its slow start. */
  private static final double FIRST_SHARE = 0.1;

  /**
   * How long a call waits for one instance to connect before it requests a connection to another
   * one as well.
   */
  static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(250);

  private final Clock clock;
  private final long warmUp;
  private final OutlierDetector detector;
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();

  private volatile Instance instance;
  private volatile State state = State.IDLE;
  private volatile Instant since = Instant.now();

  /** Why it gets no calls, if its pool doesn't know the reason. */
  private volatile @Nullable String reason;

  /** Set before the state is one in which it is used. */
  private volatile @Nullable Pool pool;

  /** When its connection was requested. */
  private volatile long openedAt;

  /** The start of its slow start; {@link Clock#NEVER} if it has its full share. */
  private volatile long warmFrom = Clock.NEVER;

  private final LongAdder ejections = new LongAdder();

  // Guarded by the cluster's lock.
  private final boolean startsCold;
  private int strikes;
  private long returnedAt;
  private @Nullable Future<?> returning;
  private boolean wasReady;

  /**
   * Creates a member.
   *
   * @param startsCold whether it has a slow start
   */
  Member(Instance instance, Clock clock, ClusterSettings settings, boolean startsCold) {
    this.instance = instance;
    this.clock = clock;
    this.warmUp = settings.warmUp();
    this.detector = new OutlierDetector(settings.ejection(), clock.now());
    this.startsCold = startsCold;
  }

  // ---------------------------------------------------------------- for balancers

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public double share() {
    long from = warmFrom;
    if (from == Clock.NEVER) {
      return 1;
    }
    double passed = (double) (clock.now() - from) / warmUp;
    if (passed >= 1) {
      warmFrom = Clock.NEVER;
      return 1;
    }
    return Math.max(FIRST_SHARE, passed);
  }

  @Override
  public int pending() {
    Pool known = pool;
    return known == null ? 0 : known.pending();
  }

  // ---------------------------------------------------------------- its state

  State state() {
    return state;
  }

  @Nullable Pool pool() {
    return pool;
  }

  boolean isPoolReady() {
    Pool known = pool;
    return known != null && known.isReady();
  }

  /** Changes the state. No other method changes it. Called under the cluster's lock. */
  void moveTo(State next, @Nullable String why) {
    if (state == State.DRAINING) {
      throw new IllegalStateException("%s has left".formatted(this));
    }
    if (next == State.READY && !wasReady) {
      wasReady = true;
      if (startsCold) {
        warmUpFromNow();
      }
    }
    if (next != State.EJECTED && returning != null) {
      returning.cancel(false);
      returning = null;
    }
    if (next != state) {
      since = Instant.now();
    }
    reason = why;
    state = next;
  }

  /** Sets its connections. Called under the cluster's lock. */
  void use(Pool opened) {
    openedAt = clock.now();
    pool = opened;
  }

  /**
   * {@return whether a call that requested its connection should wait instead of requesting another
   * one}
   */
  boolean isComing() {
    Pool known = pool;
    return switch (state) {
      case IDLE, READY -> true;
      case CONNECTING -> known == null || (!known.hasFailed() && clock.now() - openedAt < PATIENCE);
      case EJECTED, UNUSABLE, DRAINING -> false;
    };
  }

  /** Updates its properties other than its address. Called under the cluster's lock. */
  void update(Instance changed) {
    instance = changed;
  }

  /**
   * Ejects it. Called under the cluster's lock.
   *
   * @param why the reason, for users
   * @param first the time of the first ejection, in nanoseconds
   * @param longest the maximum time, in nanoseconds
   * @return the end of the ejection; {@link Clock#NEVER} for a permanent one
   */
  long eject(String why, long first, long longest) {
    boolean again =
        strikes > 0 && clock.now() - returnedAt < Math.max(times(first, strikes, longest), warmUp);
    strikes = again ? strikes + 1 : 1;
    ejections.increment();
    moveTo(State.EJECTED, why);
    return clock.after(times(first, strikes, longest));
  }

  private static long times(long first, int times, long longest) {
    return first > longest / times ? longest : first * times;
  }

  /** Stores the timer that brings it back. Called under the cluster's lock. */
  void returning(Future<?> timer) {
    returning = timer;
  }

  /** Ends its ejection. Called under the cluster's lock. */
  void comeBack() {
    returnedAt = clock.now();
    detector.reset(returnedAt);
    warmUpFromNow();
  }

  private void warmUpFromNow() {
    warmFrom = warmUp == 0 ? Clock.NEVER : clock.now();
  }

  // ---------------------------------------------------------------- calls

  void countCall() {
    calls.increment();
  }

  /** Called when a call has ended. Returns the reason for an ejection, or null. */
  @Nullable String ended(@Nullable Throwable failure) {
    return switch (detector.judge(failure)) {
      case GOOD -> {
        detector.succeeded(clock.now());
        yield null;
      }
      case BAD -> {
        failures.increment();
        yield detector.failed(clock.now(), Objects.requireNonNull(failure));
      }
      case NONE -> null;
    };
  }

  /** Called when another instance answered a call faster. Returns the same as {@link #ended}. */
  @Nullable String overtaken() {
    failures.increment();
    return detector.overtaken();
  }

  /** Called when it lacks a service that it should offer. Returns the same as {@link #ended}. */
  @Nullable String lacksService(Throwable failure) {
    failures.increment();
    return detector.failed(clock.now(), failure);
  }

  // ---------------------------------------------------------------- status

  Collection<RpcPeer> peers() {
    Pool known = pool;
    return known == null ? List.of() : known.peers();
  }

  InstanceStatus status() {
    State now = state;
    return new MemberStatus(
        instance,
        now,
        since,
        now == State.READY ? null : why(now),
        peers().size(),
        pending(),
        share(),
        calls.sum(),
        failures.sum(),
        ejections.sum());
  }

  private String why(State now) {
    String known = reason;
    if (known != null) {
      return known;
    }
    Pool connections = pool;
    return switch (now) {
      case IDLE -> "it has not been chosen yet";
      case DRAINING -> "it has left";
      default -> connections == null ? "it is being connected to" : connections.trouble();
    };
  }

  @Override
  public String toString() {
    return "%s://%s %s".formatted(instance.protocol(), instance.address(), state);
  }
}
