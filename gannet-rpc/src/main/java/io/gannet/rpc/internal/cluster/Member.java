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
 * An instance that a {@link Cluster} knows. Its state is changed under the cluster's lock, by
 * {@link #moveTo} only; anybody may read it.
 */
final class Member implements Balancer.Candidate {

  /** Which part an instance begins with. */
  private static final double FIRST_SHARE = 0.1;

  /**
   * How long a call waits for one instance to be connected to before it has another connected to,
   * too.
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

  /** Why it gets no calls, where its pool doesn't know. */
  private volatile @Nullable String reason;

  /** Set before the state is one in which it is used. */
  private volatile @Nullable Pool pool;

  /** When it began to be connected to. */
  private volatile long openedAt;

  /** When it began to get its part little by little; {@link Clock#NEVER} if it has all. */
  private volatile long warmFrom = Clock.NEVER;

  private final LongAdder ejections = new LongAdder();

  // Guarded by the cluster's lock.
  private final boolean startsCold;
  private int strikes;
  private long returnedAt;
  private @Nullable Future<?> returning;
  private boolean wasReady;

  /**
   * Knows an instance.
   *
   * @param startsCold whether it gets its part little by little at first
   */
  Member(Instance instance, Clock clock, ClusterSettings settings, boolean startsCold) {
    this.instance = instance;
    this.clock = clock;
    this.warmUp = settings.warmUp();
    this.detector = new OutlierDetector(settings.ejection(), clock.now());
    this.startsCold = startsCold;
  }

  // ---------------------------------------------------------------- what balancers see

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

  /** The one way to another state. Called under the cluster's lock. */
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

  /** Called under the cluster's lock. */
  void use(Pool opened) {
    openedAt = clock.now();
    pool = opened;
  }

  /**
   * {@return whether one who has asked for a connection to it should wait, and not ask elsewhere}
   */
  boolean isComing() {
    Pool known = pool;
    return switch (state) {
      case IDLE, READY -> true;
      case CONNECTING -> known == null || (!known.hasFailed() && clock.now() - openedAt < PATIENCE);
      case EJECTED, UNUSABLE, DRAINING -> false;
    };
  }

  /** Its data has changed, but not where it is. Called under the cluster's lock. */
  void update(Instance changed) {
    instance = changed;
  }

  /**
   * Leaves it out. Called under the cluster's lock.
   *
   * @param why for people
   * @param first how long the first time, in nanoseconds
   * @param longest how long at most
   * @return until when; {@link Clock#NEVER} for good
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

  /** Keeps what brings it back. Called under the cluster's lock. */
  void returning(Future<?> timer) {
    returning = timer;
  }

  /** It isn't left out any more. Called under the cluster's lock. */
  void comeBack() {
    returnedAt = clock.now();
    detector.reset(returnedAt);
    warmUpFromNow();
  }

  private void warmUpFromNow() {
    warmFrom = warmUp == 0 ? Clock.NEVER : clock.now();
  }

  // ---------------------------------------------------------------- its calls

  void countCall() {
    calls.increment();
  }

  /** A call has ended; returns why the instance should be left out, or null if it should not. */
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

  /** Another was quicker with a call that it had before; returns as {@link #ended}. */
  @Nullable String overtaken() {
    failures.increment();
    return detector.overtaken();
  }

  /** It doesn't offer a service that it should; returns as {@link #ended}. */
  @Nullable String lacksService(Throwable failure) {
    failures.increment();
    return detector.failed(clock.now(), failure);
  }

  // ---------------------------------------------------------------- what people see

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
