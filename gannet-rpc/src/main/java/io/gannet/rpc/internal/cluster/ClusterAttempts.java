package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Balancer.Candidate;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RetryPolicy;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.call.Attempts;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.Failures;
import io.gannet.rpc.internal.call.Invocation;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.transport.MessageTooLargeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The attempts of one call, each at an instance not tried before, as long as there is one. */
final class ClusterAttempts implements Attempts, Balancer.Call {

  private final Cluster cluster;
  private final RetryPolicy policy;
  private final Clock clock;
  private final Invocation call;

  /** The instances of all attempts of a hedged call; null if the call isn't hedged. */
  private final @Nullable Set<Candidate> startedAt;

  /** The connection of a hedge until the hedge is sent; null for the first attempt. */
  private @Nullable RpcConnection chosen;

  private final boolean isHedge;

  /** The instances at which the call has failed. */
  private volatile List<Candidate> failedAt = List.of();

  /** The failures of the instances that have reported the service as missing. */
  private Map<Member, Throwable> missingServiceAt = Map.of();

  /** The instance of the current attempt, or null. */
  private volatile @Nullable Member current;

  /** The instance whose connection was requested for this call, or null. */
  private @Nullable Member connectingTo;

  ClusterAttempts(Cluster cluster, RetryPolicy policy, Clock clock, Invocation call) {
    this.cluster = cluster;
    this.policy = policy;
    this.clock = clock;
    this.call = call;
    this.isHedge = false;
    this.startedAt =
        policy.maxHedges() > 0 && policy.hedgeDelay() != null && call.isIdempotent()
            ? ConcurrentHashMap.newKeySet()
            : null;
  }

  /** Creates a hedge of a call. */
  private ClusterAttempts(ClusterAttempts of, Set<Candidate> startedAt) {
    this.cluster = of.cluster;
    this.policy = of.policy;
    this.clock = of.clock;
    this.call = of.call;
    this.isHedge = true;
    this.startedAt = startedAt;
  }

  // ---------------------------------------------------------------- for balancers

  @Override
  public String method() {
    return call.path();
  }

  @Override
  public Metadata metadata() {
    return call.options().metadata();
  }

  @Override
  public @Nullable String routingKey() {
    return call.options().routingKey();
  }

  @Override
  public int attempt() {
    return isHedge ? Math.max(1, failedAt.size()) : failedAt.size();
  }

  // ---------------------------------------------------------------- choosing

  @Override
  public @Nullable RpcConnection tryPick() {
    RpcConnection known = chosen;
    if (known != null) {
      chosen = null;
      return known;
    }
    List<Candidate> all = cluster.candidates().list();
    List<Candidate> fresh = failedAt.isEmpty() ? all : without(all, failedAt);
    if (startedAt != null && !startedAt.isEmpty()) {
      fresh = without(fresh, startedAt);
    }
    Found found = firstOf(fresh);
    if (found == null && fresh.size() < all.size()) {
      found = firstOf(all); // all have been tried: start again with the full list
    }
    return found == null ? null : startAt(found);
  }

  /** An instance with a connection that accepts calls. */
  private record Found(Member member, RpcConnection connection) {}

  private @Nullable Found firstOf(List<Candidate> candidates) {
    List<Candidate> rest = candidates;
    while (!rest.isEmpty()) {
      Member member = cluster.candidates().choose(rest, this);
      Pool pool = member.pool();
      if (pool == null) {
        connectTo(member);
        rest = rest.stream().filter(ClusterAttempts::isConnectedTo).toList();
        continue;
      }
      RpcConnection connection = pool.tryPick(call);
      if (connection != null) {
        return new Found(member, connection);
      }
      rest = without(rest, List.of(member));
    }
    return null;
  }

  /**
   * Connects to one instance at a time: a waiting call must not open connections to all instances.
   */
  private void connectTo(Member member) {
    Member other = connectingTo;
    if (other == null || !other.isComing()) {
      connectingTo = member;
      cluster.connectSoon(member);
    }
  }

  private static boolean isConnectedTo(Candidate candidate) {
    return candidate instanceof Member member && member.pool() != null;
  }

  private RpcConnection startAt(Found found) {
    Member member = found.member();
    current = member;
    if (startedAt != null) {
      startedAt.add(member);
    }
    member.countCall();
    if (isHedge || (!failedAt.isEmpty() && !failedAt.contains(member))) {
      cluster.countFailover();
    }
    return found.connection();
  }

  private static List<Candidate> without(List<Candidate> all, Collection<Candidate> others) {
    return all.stream().filter(candidate -> !others.contains(candidate)).toList();
  }

  @Override
  public RpcConnection pick(long deadline) {
    long rest = Math.min(cluster.connectionWait(), deadline - clock.now());
    while (true) {
      long version = cluster.candidates().version();
      RpcConnection connection = tryPick();
      if (connection != null) {
        return connection;
      }
      rest = cluster.awaitChange(version, rest);
    }
  }

  // ---------------------------------------------------------------- the end of attempts

  @Override
  public void ended(@Nullable Throwable failure) {
    Member member = current;
    if (member != null) {
      noteOutcome(member, failure);
    }
  }

  /**
   * Tells the ejection how an attempt has ended. A missing service counts against the instance if
   * the directory lists the service for it, or if another instance has the service; otherwise the
   * call may be wrong.
   */
  private void noteOutcome(Member member, @Nullable Throwable failure) {
    if (failure == null || !Failures.isOfMissingService(failure)) {
      cluster.ejection().ended(member, failure);
      if (failure == null || (failure instanceof RpcException e && !e.notStarted())) {
        missingServiceAt.forEach(cluster.ejection()::lacksService);
        missingServiceAt = Map.of();
      }
    } else if (cluster.lists(call)) {
      cluster.ejection().lacksService(member, failure);
    } else {
      Map<Member, Throwable> more = new HashMap<>(missingServiceAt);
      more.put(member, failure);
      missingServiceAt = more;
    }
  }

  @Override
  public long failed(Throwable failure, long deadline) {
    Member member = current;
    if (member == null) {
      return GIVE_UP;
    }
    noteOutcome(member, failure);
    failedAt = with(failedAt, member);
    if (isHedge) {
      return GIVE_UP;
    }
    if (failedAt.size() >= policy.maxAttempts()
        || !(failure instanceof RpcException e)
        || !isSafe(e)) {
      return GIVE_UP;
    }
    boolean isMissing = Failures.isOfMissingService(e);
    boolean certainlyNotTaken = isMissing || (e.notStarted() && e.code() == RpcCode.UNAVAILABLE);
    boolean thereAreOthers =
        cluster.candidates().list().stream().anyMatch(one -> !failedAt.contains(one));
    if (isMissing && !thereAreOthers) {
      return GIVE_UP;
    }
    long pause =
        certainlyNotTaken && thereAreOthers
            ? 0
            : policy.backoff().delay(failedAt.size(), ThreadLocalRandom.current()).toNanos();
    if (deadline - clock.now() <= pause || !cluster.mayRetry(!certainlyNotTaken)) {
      return GIVE_UP;
    }
    return pause;
  }

  // ---------------------------------------------------------------- parallel attempts

  @Override
  public long attemptDeadline(long deadline) {
    Duration timeout = policy.attemptTimeout();
    return timeout == null || !call.isIdempotent()
        ? deadline
        : Math.min(deadline, clock.after(Clock.nanos(timeout)));
  }

  @Override
  public long hedgeDelay() {
    Duration delay = policy.hedgeDelay();
    return delay == null ? Clock.NEVER : Clock.nanos(delay);
  }

  @Override
  public int maxHedges() {
    return startedAt == null || isHedge ? 0 : policy.maxHedges();
  }

  @Override
  public @Nullable Attempts hedge() {
    Set<Candidate> taken = startedAt;
    if (taken == null) {
      return null;
    }
    ClusterAttempts hedge = new ClusterAttempts(this, taken);
    Found found = hedge.firstOf(without(cluster.candidates().list(), taken));
    if (found == null || !cluster.mayRetry(true)) { // no token if it can't be sent now
      return null;
    }
    hedge.chosen = hedge.startAt(found);
    return hedge;
  }

  @Override
  public void overtaken() {
    Member member = current;
    if (member != null) {
      cluster.ejection().overtaken(member);
    }
  }

  @Override
  public boolean isFinal(Throwable failure) {
    return !(failure instanceof RpcException e && isSafe(e));
  }

  private boolean isSafe(RpcException failure) {
    boolean attemptTimedOut =
        failure.code() == RpcCode.DEADLINE_EXCEEDED
            && policy.attemptTimeout() != null
            && call.isIdempotent();
    if (failure.notStarted()) {
      return attemptTimedOut
          || failure.code() == RpcCode.UNAVAILABLE
          || Failures.isOfMissingService(failure)
          || (failure.code() == RpcCode.RESOURCE_EXHAUSTED
              && !(failure.getCause() instanceof MessageTooLargeException));
    }
    return attemptTimedOut || (call.isIdempotent() && policy.codes().contains(failure.code()));
  }

  private static List<Candidate> with(List<Candidate> some, Candidate another) {
    List<Candidate> more = new ArrayList<>(some);
    more.add(another);
    return List.copyOf(more);
  }
}
