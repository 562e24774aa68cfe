package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.Attempts;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.Invocation;
import io.gannet.rpc.internal.call.OwnedConnections;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.service.Services;
import io.gannet.transport.EventLoops;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.text.FailureLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's calls to many instances: the directory's list becomes members, members get
 * connections, and calls go to members that accept them. Thread-safe.
 *
 * <p>{@link Membership} contains the members and their states, {@link Candidates} those that accept
 * calls; {@link Ejection} excludes failing members, {@link ClusterCounters} counts. They share one
 * lock for all changes. This class performs the consequences of a change without the lock, because
 * it opens and ends connections and runs user code.
 */
public final class Cluster implements OwnedConnections {

  /** The maximum number of instances in a message. */
  private static final int NAMED = 5;

  private final FailureLog log = new FailureLog("io.gannet.rpc.failures");
  private final Directory directory;
  private final ClusterSettings settings;
  private final Clock clock;
  private final ClusterCounters counters = new ClusterCounters();
  private final RetryBudget budget;
  private final Candidates candidates;
  private final Membership membership;
  private final Ejection ejection;

  /**
   * Creates a cluster without instances.
   *
   * @param directory lists the instances
   * @param settings the user's settings
   * @param clock the clock
   */
  public Cluster(Directory directory, ClusterSettings settings, Clock clock) {
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.budget = new RetryBudget(settings.retries(), clock.now());
    ReentrantLock lock = new ReentrantLock();
    this.candidates = new Candidates(lock, settings);
    this.membership = new Membership(lock, settings, clock, candidates, counters, log);
    this.ejection =
        new Ejection(
            lock, directory.service(), settings.ejection(), clock, membership, counters, log);
  }

  /** Starts to follow the directory. */
  public void start() {
    directory.onChange(this::update);
  }

  // ---------------------------------------------------------------- changes of instances

  /** Called when there is a new list. The directory never calls this concurrently. */
  private void update(DirectorySnapshot snapshot) {
    Membership.Change change = membership.update(snapshot.instances());
    if (!settings.lazy()) {
      change.joined().forEach(this::connect);
    }
    change.left().forEach(this::drain);
  }

  /** Starts to connect to an instance, unless this was done before. Calls user code. */
  private void connect(Member member) {
    if (!membership.beginConnecting(member)) {
      return;
    }
    Pool pool;
    try {
      pool = settings.pools().open(member.instance(), () -> membership.poolChanged(member));
    } catch (RuntimeException | Error e) {
      log.warn("the use", member + " of " + directory.service(), e);
      membership.unusable(member, e);
      return;
    }
    if (!membership.use(member, pool)) {
      drain(member);
      return;
    }
    membership.poolChanged(member);
    if (settings.lazy()) {
      clock.at(clock.after(Member.PATIENCE), () -> membership.poolChanged(member));
    }
  }

  /** Connects to an instance that was chosen in advance, without waiting. */
  void connectSoon(Member member) {
    Thread.startVirtualThread(() -> connect(member));
  }

  /** Retries instances that couldn't be used, because their requirements may be met now. */
  public void retryUnusable() {
    List<Member> again = membership.retryUnusable();
    if (!settings.lazy()) {
      again.forEach(this::connect);
    }
  }

  /** Drains an instance: first its calls end, then its connections. */
  private void drain(Member member) {
    stop(member, StopMode.DRAIN, settings.drainGrace());
  }

  /** Ends the connections to an instance that has left, if there are any. */
  private void stop(Member member, StopMode mode, Duration grace) {
    Pool pool = member.pool();
    if (pool == null) {
      return; // the connecting thread sees that it has left
    }
    pool.stop(mode, grace);
    pool.whenStopped().whenComplete((nothing, failure) -> membership.ended(member));
  }

  // ---------------------------------------------------------------- choosing

  @Override
  public Attempts attempts(Invocation call) {
    counters.calls.increment();
    return new ClusterAttempts(this, settings.retries(), clock, call);
  }

  @Override
  public @Nullable RpcConnection tryPick(Invocation call) {
    return new ClusterAttempts(this, settings.retries(), clock, call).tryPick();
  }

  @Override
  public RpcConnection pick(Invocation call, Clock callersClock, long deadline) {
    return new ClusterAttempts(this, settings.retries(), clock, call).pick(deadline);
  }

  /** {@return the members that accept calls} */
  Candidates candidates() {
    return candidates;
  }

  /** {@return the ejection, which is notified of the end of attempts} */
  Ejection ejection() {
    return ejection;
  }

  /**
   * Waits until the members that accept calls have changed.
   *
   * @param seen the version that wasn't suitable
   * @param nanos the maximum time in nanoseconds
   * @return the remaining time; 0 on an I/O thread
   * @throws RpcException if the time is over or nothing will change any more, with the reason
   */
  long awaitChange(long seen, long nanos) {
    try {
      long rest = candidates.awaitChange(seen, EventLoops.isIoThread() ? 0 : nanos);
      if (rest != Candidates.NO_CHANGE) {
        return rest;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcException(
          RpcCode.CANCELLED,
          "interrupted while waiting for an instance of " + describe(),
          e,
          null,
          Map.of(),
          true);
    }
    throw isRunning()
        ? unavailable(whyNot(), directory.status().cause())
        : unavailable("the client was stopped", null);
  }

  /** {@return the maximum time that a call waits for an instance, in nanoseconds} */
  long connectionWait() {
    return settings.connectionWait();
  }

  private RpcException unavailable(String why, @Nullable Throwable cause) {
    return new RpcException(
        RpcCode.UNAVAILABLE,
        "no instance of %s: %s".formatted(directory.service(), why),
        cause,
        null,
        Map.of(),
        true);
  }

  /** Returns why no call can be made. */
  private String whyNot() {
    List<Member> present = membership.present();
    if (present.isEmpty()) {
      DirectoryStatus status = directory.status();
      String cause = status.cause() == null ? "" : ": " + status.cause();
      return directory.snapshot().version() == 0
          ? "there is no list yet; the directory is %s%s".formatted(status.state(), cause)
          : "the directory, which is %s, has none that is selected, of %d%s"
              .formatted(status.state(), directory.snapshot().instances().size(), cause);
    }
    List<String> reasons = new ArrayList<>();
    for (Member member : present) {
      if (reasons.size() == NAMED) {
        reasons.add("and %,d more".formatted(present.size() - NAMED));
        break;
      }
      reasons.add("%s: %s".formatted(member, member.status().reason()));
    }
    return "none takes calls: " + String.join("; ", reasons);
  }

  // ---------------------------------------------------------------- retries

  /** {@return whether the directory's instances offer the service of a call} */
  boolean lists(Invocation call) {
    return directory.service().equals(Services.serviceOf(call.path()));
  }

  /** {@return whether a retry is allowed; an allowed retry is counted} */
  boolean mayRetry(boolean needsBudget) {
    if (!isRunning()) {
      return false;
    }
    if (needsBudget && !budget.tryTake(clock.now(), counters.calls.sum())) {
      counters.retriesRefused.increment();
      return false;
    }
    counters.retries.increment();
    return true;
  }

  /** Called when a retry has gone to another instance. */
  void countFailover() {
    counters.failovers.increment();
  }

  // ---------------------------------------------------------------- status

  @Override
  public String describe() {
    return "%s (%d instances)".formatted(directory.service(), candidates.list().size());
  }

  /** {@return the status of each instance, draining ones last} */
  public List<InstanceStatus> instances() {
    return membership.all().stream().map(Member::status).toList();
  }

  @Override
  public Collection<RpcPeer> peers() {
    return membership.present().stream().flatMap(member -> member.peers().stream()).toList();
  }

  /** {@return the counters} */
  public ClusterStats stats() {
    return membership.stats();
  }

  /** Waits until a number of instances accept calls. Returns whether they do. */
  public boolean awaitReady(int count, Duration timeout) throws InterruptedException {
    return membership.awaitReady(count, Clock.nanos(timeout));
  }

  // ---------------------------------------------------------------- stopping

  @Override
  public boolean isRunning() {
    return !membership.isClosed();
  }

  @Override
  public void stop(StopMode mode, Duration grace) {
    try {
      directory.close();
    } catch (RuntimeException e) {
      log.warn("the close", "the directory of " + directory.service(), e);
    }
    // Each stop waits, so they run in parallel.
    StopMode each = mode == StopMode.NOW ? StopMode.NOW : StopMode.DRAIN;
    membership.close().forEach(member -> stop(member, each, grace));
    if (mode == StopMode.DRAIN_AND_WAIT && !EventLoops.isIoThread()) {
      awaitStopped();
    }
  }

  /** Waits until all pools have ended, each within its grace period. */
  private void awaitStopped() {
    try {
      whenStopped().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it never completes exceptionally
    }
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return membership.whenAllGone();
  }

  @Override
  public String toString() {
    return describe();
  }
}
