package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The members of a cluster: the instances that the directory lists and this client uses, and those
 * that have left and still have connections. Each change of a member's state, except those of
 * {@link Ejection}, is a method here that takes the cluster's lock. The caller does what follows
 * from the change without the lock, such as opening connections.
 */
final class Membership {

  private final ReentrantLock lock;
  private final ClusterSettings settings;
  private final Clock clock;
  private final Candidates candidates;
  private final ClusterCounters counters;
  private final FailureLog log;
  private final long salt = ThreadLocalRandom.current().nextLong();

  /** The listed members by id; guarded by the lock. */
  private final Map<String, Member> members = new TreeMap<>();

  /** The members that have left and still have connections; guarded by the lock. */
  private final Set<Member> draining = new HashSet<>();

  /** Whether there has been a list. Guarded by the lock. */
  private boolean hadList;

  /** Set under the lock. */
  private volatile boolean closed;

  private final CompletableFuture<Void> allGone = new CompletableFuture<>();

  Membership(
      ReentrantLock lock,
      ClusterSettings settings,
      Clock clock,
      Candidates candidates,
      ClusterCounters counters,
      FailureLog log) {
    this.lock = lock;
    this.settings = settings;
    this.clock = clock;
    this.candidates = candidates;
    this.counters = counters;
    this.log = log;
  }

  // ---------------------------------------------------------------- the directory's list

  /**
   * The difference that a new list makes.
   *
   * @param joined the new members, which have no connections
   * @param left the members that have left, whose connections are to be drained
   */
  record Change(List<Member> joined, List<Member> left) {}

  /**
   * Applies a new list. Not called concurrently with itself, nor under the lock, because it calls
   * the user's selection.
   */
  Change update(List<Instance> listed) {
    Map<String, Instance> wanted = new TreeMap<>();
    for (Instance instance : chosen(listed)) {
      wanted.put(instance.id(), instance);
    }
    Change change = new Change(new ArrayList<>(), new ArrayList<>());
    lock.lock();
    try {
      if (closed) {
        return change;
      }
      for (Member member : List.copyOf(members.values())) {
        Instance known = member.instance();
        Instance next = wanted.get(known.id());
        if (next != null && mayStay(member, next)) {
          member.update(next);
          wanted.remove(known.id());
        } else {
          members.remove(known.id());
          change.left().add(member);
          leave(member);
        }
      }
      for (Instance instance : wanted.values()) {
        Member member = new Member(instance, clock, settings, hadList);
        members.put(instance.id(), member);
        change.joined().add(member);
        counters.joined.increment();
      }
      hadList = true;
      publish();
    } finally {
      lock.unlock();
    }
    return change;
  }

  /**
   * Whether the existing connections of an instance, or their absence, are still right for its new
   * properties.
   */
  private static boolean mayStay(Member member, Instance next) {
    Instance known = member.instance();
    if (member.state() == State.UNUSABLE) {
      return known.equals(next);
    }
    return known.protocol().equals(next.protocol())
        && known.address().equals(next.address())
        && Objects.equals(serverName(known), serverName(next));
  }

  private static @Nullable String serverName(Instance instance) {
    return instance.metadata().get(Instance.SERVER_NAME);
  }

  /**
   * Returns the instances that this client uses. If there are too many, it draws some, always the
   * same ones.
   */
  private List<Instance> chosen(List<Instance> all) {
    Stream<Instance> selected = all.stream().filter(this::isSelected);
    if (all.size() <= settings.maxInstances()) {
      return selected.toList();
    }
    return selected
        .sorted(
            Comparator.comparingLong(
                instance -> (instance.id().hashCode() ^ salt) * 0x9E37_79B9_7F4A_7C15L))
        .limit(settings.maxInstances())
        .toList();
  }

  /**
   * Whether the user's condition selects an instance. If the condition throws, only this instance
   * is affected.
   */
  private boolean isSelected(Instance instance) {
    try {
      return settings.selection().test(instance);
    } catch (RuntimeException e) {
      log.warn("the selection, so that it isn't used,", instance, e);
      return false;
    }
  }

  // ---------------------------------------------------------------- connections

  /** {@return whether the caller is to connect to a member; true once} */
  boolean beginConnecting(Member member) {
    lock.lock();
    try {
      if (member.state() != State.IDLE) {
        return false;
      }
      member.moveTo(State.CONNECTING, null);
      if (settings.lazy()) {
        publish(); // it was a candidate
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a member its connections.
   *
   * @return whether the member is still listed; if not, the caller ends the connections
   */
  boolean use(Member member, Pool pool) {
    lock.lock();
    try {
      member.use(pool);
      return member.state() != State.DRAINING;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that no connection to a member can be opened. */
  void unusable(Member member, Throwable why) {
    lock.lock();
    try {
      if (member.state() == State.DRAINING) {
        forget(member);
      } else {
        member.moveTo(State.UNUSABLE, PeerText.escape(String.valueOf(why.getMessage())));
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return the unusable members, which the caller may connect to again} */
  List<Member> retryUnusable() {
    List<Member> again = new ArrayList<>();
    lock.lock();
    try {
      for (Member member : members.values()) {
        if (member.state() == State.UNUSABLE) {
          member.moveTo(State.IDLE, null);
          again.add(member);
        }
      }
      publish();
    } finally {
      lock.unlock();
    }
    return again;
  }

  /** Adapts the state of a member to its connections, which have changed. */
  void poolChanged(Member member) {
    lock.lock();
    try {
      State state = member.state();
      State next = state;
      if (state == State.CONNECTING || state == State.READY) {
        next = member.isPoolReady() ? State.READY : State.CONNECTING;
      }
      if (next != state) {
        member.moveTo(next, null);
        publish();
      } else if (state == State.EJECTED) {
        publish(); // it may be chosen if there is no other
      } else {
        candidates.wakeWaiting(); // there may be another connection
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a member that has left, and whose connections have ended. */
  void ended(Member member) {
    lock.lock();
    try {
      forget(member);
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- under the lock

  /** Takes calls from a member. */
  private void leave(Member member) {
    counters.left.increment();
    boolean hasPool = member.state() == State.CONNECTING || member.pool() != null;
    member.moveTo(State.DRAINING, null);
    if (hasPool) {
      draining.add(member);
    }
  }

  private void forget(Member member) {
    draining.remove(member);
    completeIfAllGone();
  }

  private void completeIfAllGone() {
    if (closed && draining.isEmpty() && !allGone.isDone()) {
      Thread.startVirtualThread(() -> allGone.complete(null));
    }
  }

  /** Replaces the list of candidates. Called under the lock. */
  void publish() {
    candidates.replace(members.values());
  }

  private int count(State state) {
    int count = 0;
    for (Member member : members.values()) {
      if (member.state() == state) {
        count++;
      }
    }
    return count;
  }

  /** {@return whether one more member may be ejected} Called under the lock. */
  boolean mayEject(double maxShare) {
    return !closed && count(State.EJECTED) + 1 <= maxShare * members.size();
  }

  // ---------------------------------------------------------------- members

  /** {@return the listed members} */
  List<Member> present() {
    lock.lock();
    try {
      return List.copyOf(members.values());
    } finally {
      lock.unlock();
    }
  }

  /** {@return the listed members, followed by those that have left} */
  List<Member> all() {
    lock.lock();
    try {
      return Stream.concat(members.values().stream(), draining.stream()).toList();
    } finally {
      lock.unlock();
    }
  }

  ClusterStats stats() {
    lock.lock();
    try {
      int ready = count(State.READY);
      int ejected = count(State.EJECTED);
      return counters.stats(ready, members.size() - ready - ejected, ejected, draining.size());
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many members are ready; returns whether they are. */
  boolean awaitReady(int count, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return candidates.await(() -> count(State.READY) >= count, nanos);
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- end

  /** {@return whether {@link #close} has been called} */
  boolean isClosed() {
    return closed;
  }

  /**
   * Makes all members leave, and accepts no new list.
   *
   * @return the members whose connections the caller is to end
   */
  List<Member> close() {
    lock.lock();
    try {
      closed = true;
      for (Member member : members.values()) {
        leave(member);
      }
      members.clear();
      candidates.close();
      completeIfAllGone();
      return List.copyOf(draining);
    } finally {
      lock.unlock();
    }
  }

  /** {@return a stage that completes when this is closed and no member has connections} */
  CompletionStage<Void> whenAllGone() {
    return allGone.minimalCompletionStage();
  }
}
