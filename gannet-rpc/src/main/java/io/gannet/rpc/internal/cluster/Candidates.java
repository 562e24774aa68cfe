package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Balancer.Candidate;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The members that accept calls. The list is replaced under the cluster's lock and read without it.
 * Calls that find no connection wait here for a change.
 */
final class Candidates {

  /** The result of {@link #awaitChange} if nothing has changed. */
  static final long NO_CHANGE = Long.MIN_VALUE;

  private final ReentrantLock lock;
  private final Balancer balancer;
  private final boolean lazy;

  /** Signalled when the list, a connection or the state of a member has changed. */
  private final Condition changed;

  /** Sorted by id. */
  private volatile List<Candidate> list = List.of();

  /** Counts the changes that may help a waiting call; changed under the lock. */
  private final AtomicLong version = new AtomicLong();

  /** Set under the lock. */
  private volatile boolean closed;

  Candidates(ReentrantLock lock, ClusterSettings settings) {
    this.lock = lock;
    this.changed = lock.newCondition();
    this.balancer = settings.balancer();
    this.lazy = settings.lazy();
  }

  // ---------------------------------------------------------------- choosing, without the lock

  /** {@return the members that accept calls now} */
  List<Candidate> list() {
    return list;
  }

  /** {@return a number that grows with each change} */
  long version() {
    return version.get();
  }

  /**
   * Has the balancer choose a member.
   *
   * @param from the members to choose from, at least one
   * @throws RpcException if it returns anything else, such as a member that is no longer there
   */
  Member choose(List<Candidate> from, Balancer.Call call) {
    if (from.size() == 1) {
      return (Member) from.getFirst();
    }
    Candidate chosen = balancer.choose(from, call);
    // A member that was removed meanwhile is none of them either.
    if (chosen instanceof Member member && from.contains(member)) {
      return member;
    }
    throw new RpcException(
        RpcCode.INTERNAL,
        "the balancer %s has chosen %s, which is none of the candidates"
            .formatted(balancer, chosen));
  }

  /**
   * Waits for a change. Takes the lock.
   *
   * @param seen the version that had no connection for the call
   * @param nanos the longest wait
   * @return how much of it is left; {@link #NO_CHANGE} if it is over, or this has been closed
   */
  long awaitChange(long seen, long nanos) throws InterruptedException {
    long rest = nanos;
    lock.lock();
    try {
      while (version.get() == seen && !closed && rest > 0) {
        rest = changed.awaitNanos(rest);
      }
      return version.get() == seen || closed ? NO_CHANGE : rest;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- changes, under the lock

  /** Replaces the list by those of the members that accept calls. */
  void replace(Collection<Member> members) {
    List<Candidate> next = new ArrayList<>();
    for (Member member : members) {
      State state = member.state();
      if (state == State.READY || (state == State.IDLE && lazy)) {
        next.add(member);
      }
    }
    if (next.isEmpty()) {
      // An ejected member is better than none.
      for (Member member : members) {
        if (member.state() == State.EJECTED && member.isPoolReady()) {
          next.add(member);
        }
      }
    }
    if (next.stream().anyMatch(candidate -> candidate.instance().weight() > 0)) {
      next.removeIf(candidate -> candidate.instance().weight() == 0);
    }
    list = List.copyOf(next);
    wakeWaiting();
  }

  /** Makes waiting calls look for a connection again. */
  void wakeWaiting() {
    version.incrementAndGet();
    changed.signalAll();
  }

  /** Waits until a condition is true. Returns whether it is. */
  boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
    long rest = nanos;
    while (!condition.getAsBoolean()) {
      if (rest <= 0 || closed) {
        return false;
      }
      rest = changed.awaitNanos(rest);
    }
    return true;
  }

  /** Empties the list for good, and ends all waits. */
  void close() {
    closed = true;
    replace(List.of());
  }
}
