package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Balancer.Candidate;
import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.Attempts;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.ConnectionPicker;
import io.gannet.rpc.internal.call.Invocation;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.service.Services;
import io.gannet.transport.EventLoops;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The instances that a directory says, and the connections to each. Thread-safe.
 *
 * <p>All that changes is changed under one lock, which is never held while connections are opened or ended, a
 * balancer chooses, or other code of the user's runs. Calls take no lock: they choose out of {@link
 * #candidates}, a list that is replaced.
 */
public final class Cluster implements ConnectionPicker {

  private final FailureLog log = new FailureLog("io.gannet.rpc.failures");

  /** How many instances a message names. */
  private static final int NAMED = 5;

  private final Directory directory;
  private final ClusterSettings settings;
  private final Clock clock;
  private final RetryBudget budget;
  private final long salt = ThreadLocalRandom.current().nextLong();

  private final ReentrantLock lock = new ReentrantLock();

  /** Something that those who wait for an instance look at has changed. */
  private final Condition changed = lock.newCondition();

  /** Those of the directory, by id; guarded by the lock. */
  private final Map<String, Member> members = new TreeMap<>();

  /** Those that have left, and have connections; guarded by the lock. */
  private final Set<Member> draining = new HashSet<>();

  /** Those that take calls, sorted by id; replaced under the lock, read by anyone. */
  private volatile List<Candidate> candidates = List.of();

  /** Counts the changes of what may take calls; changed under the lock. */
  private final AtomicLong version = new AtomicLong();

  private volatile boolean stopping;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** Whether there has been a list; used by the directory's listener only. */
  private boolean hadList;

  private final LongAdder calls = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder failovers = new LongAdder();
  private final LongAdder retriesRefused = new LongAdder();
  private final LongAdder ejections = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final LongAdder left = new LongAdder();

  /**
   * Knows no instance.
   *
   * @param directory says which there are
   * @param settings what users have chosen
   * @param clock tells the time
   */
  public Cluster(Directory directory, ClusterSettings settings, Clock clock) {
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.budget = new RetryBudget(settings.retries(), clock.now());
  }

  /** Begins to follow the directory. */
  public void start() {
    directory.onChange(this::update);
  }

  // ---------------------------------------------------------------- instances come and go

  /** There is a new list. The directory never calls this concurrently with itself. */
  private void update(DirectorySnapshot snapshot) {
    Map<String, Instance> wanted = new TreeMap<>();
    for (Instance instance : chosen(snapshot.instances())) {
      wanted.put(instance.id(), instance);
    }
    List<Member> added = new ArrayList<>();
    List<Member> removed = new ArrayList<>();
    lock.lock();
    try {
      if (stopping) {
        return;
      }
      for (Member member : List.copyOf(members.values())) {
        Instance known = member.instance();
        Instance next = wanted.get(known.id());
        if (next != null && mayStay(member, next)) {
          member.update(next);
          wanted.remove(known.id());
        } else {
          members.remove(known.id());
          removed.add(member);
          leave(member);
        }
      }
      for (Instance instance : wanted.values()) {
        Member member = new Member(instance, clock, settings, hadList);
        members.put(instance.id(), member);
        added.add(member);
        joined.increment();
      }
      publish();
    } finally {
      lock.unlock();
    }
    hadList = true;
    if (!settings.lazy()) {
      added.forEach(this::connect);
    }
    removed.forEach(this::drain);
  }

  /** Whether the connections to an instance, or that there can be none, are right for what it says now. */
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

  /** Those that this client uses: where there are too many, those that it draws, always the same. */
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

  /** A condition that fails with one instance must not cost the others. */
  private boolean isSelected(Instance instance) {
    try {
      return settings.selection().test(instance);
    } catch (RuntimeException e) {
      log.warn("the selection, so that it isn't used,", instance, e);
      return false;
    }
  }

  /** Begins to connect to an instance, unless that was done before. Calls code of the user's. */
  private void connect(Member member) {
    lock.lock();
    try {
      if (member.state() != State.IDLE) {
        return;
      }
      member.moveTo(State.CONNECTING, null);
      if (settings.lazy()) {
        publish(); // it was among those that are chosen from
      }
    } finally {
      lock.unlock();
    }
    Pool pool;
    try {
      pool = settings.pools().open(member.instance(), () -> poolChanged(member));
    } catch (RuntimeException | Error e) {
      log.warn("the use", member + " of " + directory.service(), e);
      unusable(member, e);
      return;
    }
    boolean late;
    lock.lock();
    try {
      member.use(pool);
      late = member.state() == State.DRAINING;
    } finally {
      lock.unlock();
    }
    if (late) {
      drain(member);
      return;
    }
    poolChanged(member);
    if (settings.lazy()) {
      clock.at(clock.after(Member.PATIENCE), () -> poolChanged(member));
    }
  }

  /** Tries once more what couldn't be used, because what it needs may be there now. */
  public void retryUnusable() {
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
    if (!settings.lazy()) {
      again.forEach(this::connect);
    }
  }

  private void unusable(Member member, Throwable why) {
    lock.lock();
    try {
      if (member.state() == State.DRAINING) {
        draining.remove(member);
        completeIfStopped();
      } else {
        member.moveTo(State.UNUSABLE, PeerText.escape(String.valueOf(why.getMessage())));
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The connections to an instance have changed. Called on any thread. */
  private void poolChanged(Member member) {
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
        publish(); // it may be chosen where there is nobody else
      } else {
        wakeWaiting(); // for there may be another connection
      }
    } finally {
      lock.unlock();
    }
  }

  /** An instance is not to get calls any more. Called under the lock. */
  private void leave(Member member) {
    left.increment();
    boolean hasPool = member.state() == State.CONNECTING || member.pool() != null;
    member.moveTo(State.DRAINING, null);
    if (hasPool) {
      draining.add(member);
    }
  }

  /** Lets the calls of an instance end, and its connections then. */
  private void drain(Member member) {
    stop(member, StopMode.DRAIN, settings.drainGrace());
  }

  /** Ends the connections to an instance that has left, if there are any yet. */
  private void stop(Member member, StopMode mode, Duration grace) {
    Pool pool = member.pool();
    if (pool == null) {
      return; // who connects sees that it has left
    }
    pool.stop(mode, grace);
    pool.whenStopped()
        .whenComplete((nothing, failure) -> {
          lock.lock();
          try {
            draining.remove(member);
            completeIfStopped();
          } finally {
            lock.unlock();
          }
        });
  }

  /** Replaces what calls choose from. Called under the lock. */
  private void publish() {
    List<Candidate> next = new ArrayList<>();
    for (Member member : members.values()) {
      State state = member.state();
      if (state == State.READY || (state == State.IDLE && settings.lazy())) {
        next.add(member);
      }
    }
    if (next.isEmpty()) {
      // Better somebody who has failed than nobody.
      for (Member member : members.values()) {
        if (member.state() == State.EJECTED && member.isPoolReady()) {
          next.add(member);
        }
      }
    }
    if (next.stream().anyMatch(candidate -> candidate.instance().weight() > 0)) {
      next.removeIf(candidate -> candidate.instance().weight() == 0);
    }
    candidates = List.copyOf(next);
    wakeWaiting();
  }

  /** Those who have found no connection look again. Called under the lock. */
  private void wakeWaiting() {
    version.incrementAndGet();
    changed.signalAll();
  }

  // ---------------------------------------------------------------- choosing

  @Override
  public Attempts attempts(Invocation call) {
    calls.increment();
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

  /** {@return those that take calls now} */
  List<Candidate> candidates() {
    return candidates;
  }

  /**
   * Chooses one of several. Called without the lock.
   *
   * @param from at least one
   */
  Member choose(List<Candidate> from, Balancer.Call call) {
    Candidate chosen = from.size() == 1 ? from.getFirst() : settings.balancer().choose(from, call);
    if (chosen instanceof Member member) {
      return member;
    }
    throw new RpcException(
        RpcCode.INTERNAL,
        "the balancer %s has chosen %s, which is none of the candidates"
            .formatted(settings.balancer(), chosen));
  }

  /** Connects to an instance that has been chosen before it was needed, without waiting. */
  void connectSoon(Member member) {
    Thread.startVirtualThread(() -> connect(member));
  }

  /** {@return a number that changes when what takes calls does} */
  long version() {
    return version.get();
  }

  /**
   * Waits until what takes calls has changed.
   *
   * @param seen the version that was of no use
   * @param nanos how long at most
   * @return how much of that is left; nothing on an I/O thread
   * @throws RpcException if there is no time, or nothing will change any more; says why
   */
  long awaitChange(long seen, long nanos) {
    long rest = EventLoops.isIoThread() ? 0 : nanos;
    lock.lock();
    try {
      while (version.get() == seen && !stopping && rest > 0) {
        rest = changed.awaitNanos(rest);
      }
      if (version.get() != seen && !stopping) {
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
    } finally {
      lock.unlock();
    }
    throw stopping
        ? unavailable("it was stopped", null)
        : unavailable(whyNot(), directory.status().cause());
  }

  /** {@return how long a call waits for an instance, in nanoseconds} */
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

  /** Why no call can be made. Called without the lock, as it asks others. */
  private String whyNot() {
    List<Member> present = present();
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

  // ---------------------------------------------------------------- how calls end

  /** An attempt has ended. */
  void ended(Member member, @Nullable Throwable failure) {
    String why = member.ended(failure);
    if (why != null) {
      eject(member, why);
    }
  }

  /** {@return whether the directory says that its instances offer the service of a call} */
  boolean lists(Invocation call) {
    return directory.service().equals(Services.serviceOf(call.path()));
  }

  /** An instance doesn't offer a service that it should: its address may be somebody else's now. */
  void lacksService(Member member, Throwable failure) {
    String why = member.lacksService(failure);
    if (why != null) {
      eject(member, why);
    }
  }

  /** A later attempt of a call was answered before that at an instance. */
  void overtaken(Member member) {
    String why = member.overtaken();
    if (why != null) {
      eject(member, why);
    }
  }

  private void eject(Member member, String why) {
    lock.lock();
    try {
      State state = member.state();
      if (stopping || (state != State.READY && state != State.CONNECTING)) {
        return;
      }
      long out = members.values().stream().filter(one -> one.state() == State.EJECTED).count();
      if (out + 1 > settings.ejection().maxShare() * members.size()) {
        return;
      }
      long until =
          member.eject(
              why,
              Clock.nanos(settings.ejection().time()),
              Clock.nanos(settings.ejection().maxTime()));
      if (until != Clock.NEVER) {
        member.returning(clock.at(until, () -> comeBack(member)));
      }
      ejections.increment();
      publish();
    } finally {
      lock.unlock();
    }
    log.info(member + " of " + directory.service(), "left out: " + why);
  }

  private void comeBack(Member member) {
    lock.lock();
    try {
      if (member.state() != State.EJECTED) {
        return;
      }
      member.comeBack();
      member.moveTo(member.isPoolReady() ? State.READY : State.CONNECTING, null);
      publish();
    } finally {
      lock.unlock();
    }
    log.info(member + " of " + directory.service(), "returns");
  }

  /** {@return whether there may be a retry, which is counted then} */
  boolean mayRetry(boolean needsBudget) {
    if (stopping) {
      return false;
    }
    if (needsBudget && !budget.tryTake(clock.now(), calls.sum())) {
      retriesRefused.increment();
      return false;
    }
    retries.increment();
    return true;
  }

  /** A retry has gone to another instance. */
  void countFailover() {
    failovers.increment();
  }

  // ---------------------------------------------------------------- what people see

  @Override
  public String describe() {
    return "%s (%d instances)".formatted(directory.service(), candidates.size());
  }

  /** {@return how each instance is, those that are drained last} */
  public List<InstanceStatus> instances() {
    List<Member> all;
    lock.lock();
    try {
      all = Stream.concat(members.values().stream(), draining.stream()).toList();
    } finally {
      lock.unlock();
    }
    return all.stream().map(Member::status).toList();
  }

  /** {@return the connections that take calls} */
  public Collection<RpcPeer> peers() {
    return present().stream().flatMap(member -> member.peers().stream()).toList();
  }

  private List<Member> present() {
    lock.lock();
    try {
      return List.copyOf(members.values());
    } finally {
      lock.unlock();
    }
  }

  /** {@return counters} */
  public ClusterStats stats() {
    int ready = 0;
    int connecting = 0;
    int ejected = 0;
    int leaving;
    lock.lock();
    try {
      for (Member member : members.values()) {
        switch (member.state()) {
          case READY -> ready++;
          case EJECTED -> ejected++;
          default -> connecting++;
        }
      }
      leaving = draining.size();
    } finally {
      lock.unlock();
    }
    return new ClusterStats(
        calls.sum(),
        retries.sum(),
        failovers.sum(),
        retriesRefused.sum(),
        ejections.sum(),
        joined.sum(),
        left.sum(),
        ready,
        connecting,
        ejected,
        leaving);
  }

  /** Waits until so many instances take calls; returns whether they do. */
  public boolean awaitReady(int count, Duration timeout) throws InterruptedException {
    long rest = Clock.nanos(timeout);
    lock.lockInterruptibly();
    try {
      while (members.values().stream().filter(one -> one.state() == State.READY).count() < count) {
        if (rest <= 0 || stopping) {
          return false;
        }
        rest = changed.awaitNanos(rest);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- stopping

  /** {@return whether it has not been stopped} */
  public boolean isRunning() {
    return !stopping;
  }

  /** Stops: takes no more calls, and ends all connections. */
  public void stop(StopMode mode, Duration grace) {
    try {
      directory.close();
    } catch (RuntimeException e) {
      log.warn("the close", "the directory of " + directory.service(), e);
    }
    List<Member> all;
    lock.lock();
    try {
      stopping = true;
      for (Member member : members.values()) {
        leave(member);
      }
      members.clear();
      publish();
      all = List.copyOf(draining);
      completeIfStopped();
    } finally {
      lock.unlock();
    }
    // Each waits for its own, so they are stopped at the same time.
    all.forEach(
        member -> stop(member, mode == StopMode.NOW ? StopMode.NOW : StopMode.DRAIN, grace));
    if (mode == StopMode.DRAIN_AND_WAIT && !EventLoops.isIoThread()) {
      awaitStopped();
    }
  }

  /** Each pool ends by itself, within its grace. */
  private void awaitStopped() {
    try {
      stopped.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // nobody completes it so
    }
  }

  /** Called under the lock. */
  private void completeIfStopped() {
    if (stopping && draining.isEmpty() && !stopped.isDone()) {
      Thread.startVirtualThread(() -> stopped.complete(null));
    }
  }

  /** {@return completes when it has been stopped and all connections have ended} */
  public CompletionStage<Void> whenStopped() {
    return stopped.minimalCompletionStage();
  }

  @Override
  public String toString() {
    return describe();
  }
}
