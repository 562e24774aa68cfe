package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.transport.internal.text.FailureLog;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ejects members whose calls fail, and lets them return after a while. The {@link OutlierDetector}
 * of a member decides what a failure says about it. Thread-safe.
 */
final class Ejection {

  private final ReentrantLock lock;
  private final String service;
  private final EjectionPolicy policy;
  private final Clock clock;
  private final Membership membership;
  private final ClusterCounters counters;
  private final FailureLog log;

  Ejection(
      ReentrantLock lock,
      String service,
      EjectionPolicy policy,
      Clock clock,
      Membership membership,
      ClusterCounters counters,
      FailureLog log) {
    this.lock = lock;
    this.service = service;
    this.policy = policy;
    this.clock = clock;
    this.membership = membership;
    this.counters = counters;
    this.log = log;
  }

  /** Counts the end of an attempt at a member. */
  void ended(Member member, @Nullable Throwable failure) {
    ejectIf(member, member.ended(failure));
  }

  /** Counts that a member lacks its service: its address may belong to another program now. */
  void lacksService(Member member, Throwable failure) {
    ejectIf(member, member.lacksService(failure));
  }

  /** Counts that a later attempt of a call was answered before the one at a member. */
  void overtaken(Member member) {
    ejectIf(member, member.overtaken());
  }

  private void ejectIf(Member member, @Nullable String why) {
    if (why != null && eject(member, why)) {
      log.info(member + " of " + service, "left out: " + why);
    }
  }

  private boolean eject(Member member, String why) {
    lock.lock();
    try {
      State state = member.state();
      if ((state != State.READY && state != State.CONNECTING)
          || !membership.mayEject(policy.maxShare())) {
        return false;
      }
      long until = member.eject(why, Clock.nanos(policy.time()), Clock.nanos(policy.maxTime()));
      if (until != Clock.NEVER) {
        member.returning(clock.at(until, () -> comeBack(member)));
      }
      counters.ejections.increment();
      membership.publish();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void comeBack(Member member) {
    lock.lock();
    try {
      if (member.state() != State.EJECTED) {
        return;
      }
      member.comeBack();
      member.moveTo(member.isPoolReady() ? State.READY : State.CONNECTING, null);
      membership.publish();
    } finally {
      lock.unlock();
    }
    log.info(member + " of " + service, "returns");
  }
}
