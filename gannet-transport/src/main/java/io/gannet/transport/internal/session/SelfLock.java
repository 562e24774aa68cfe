package io.gannet.transport.internal.session;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;

/**
 * An object that is its own reentrant lock. It behaves like
 * {@link java.util.concurrent.locks.ReentrantLock}, which would take 36 more bytes per session. A
 * monitor would take less, but before JDK 24 a virtual thread that waits for a monitor blocks its
 * carrier thread.
 */
@SuppressWarnings("serial") // never serialized
abstract class SelfLock extends AbstractQueuedSynchronizer {

  /** Acquires the lock; waits while another thread holds it. */
  final void lock() {
    acquire(1);
  }

  /** Reverts one {@link #lock} of the current thread. */
  final void unlock() {
    release(1);
  }

  /** {@return whether the current thread holds the lock} */
  final boolean isLockedHere() {
    return isHeldExclusively();
  }

  final Condition newCondition() {
    return new ConditionObject();
  }

  @Override
  protected final boolean tryAcquire(int locks) {
    int held = getState();
    if (held == 0) {
      if (compareAndSetState(0, locks)) {
        setExclusiveOwnerThread(Thread.currentThread());
        return true;
      }
      return false;
    }
    if (isHeldExclusively()) {
      setState(held + locks);
      return true;
    }
    return false;
  }

  @Override
  protected final boolean tryRelease(int locks) {
    if (!isHeldExclusively()) {
      throw new IllegalMonitorStateException("not locked by " + Thread.currentThread());
    }
    int held = getState() - locks;
    if (held == 0) {
      setExclusiveOwnerThread(null);
    }
    setState(held);
    return held == 0;
  }

  @Override
  protected final boolean isHeldExclusively() {
    return Thread.currentThread().equals(getExclusiveOwnerThread());
  }
}
