package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/**
 * Where the attempts of one call go, and whether there is another. Used by one thread at a time.
 */
public interface Attempts {

  /** What {@link #failed} says when there is no other attempt. */
  long GIVE_UP = -1;

  /**
   * Chooses a connection for the next attempt, without waiting.
   *
   * @return one that takes calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick();

  /**
   * Chooses a connection for the next attempt, and waits for one. Not called on an I/O thread.
   *
   * @param deadline until when at most
   * @return one that takes calls
   * @throws RpcException if there is none; says why
   */
  RpcConnection pick(long deadline);

  /**
   * {@return until when an attempt may take that begins now, of a call that has until the deadline}
   */
  long attemptDeadline(long deadline);

  /**
   * {@return how long to wait before another instance is asked as well; {@link Clock#NEVER} for
   * ever}
   */
  long hedgeDelay();

  /** {@return how many other instances may be asked as well} */
  int maxHedges();

  /**
   * Chooses where else the call is made while this attempt has not been answered. Called on any
   * thread.
   *
   * @return the attempt, of which there is one only; or null if there is nobody else, or no budget
   */
  @Nullable Attempts hedge();

  /** A later attempt was answered before this one. Called on any thread. */
  void overtaken();

  /**
   * {@return whether what an attempt has failed with would be the same elsewhere, or must not be
   * tried there}
   */
  boolean isFinal(Throwable failure);

  /**
   * The attempt has ended, and there will be no other: it has succeeded, or the call has a stream.
   *
   * @param failure with what it has failed, or null
   */
  void ended(@Nullable Throwable failure);

  /**
   * The attempt has failed, and there may be another.
   *
   * @param failure with what
   * @param deadline of the call
   * @return how many nanoseconds to wait before the next attempt, or {@link #GIVE_UP}
   */
  long failed(Throwable failure, long deadline);
}
