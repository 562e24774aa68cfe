package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/**
 * The instances for the attempts of one call, and whether another attempt is allowed. Used by one
 * thread at a time.
 */
public interface Attempts {

  /** The result of {@link #failed} if there is no other attempt. */
  long GIVE_UP = -1;

  /**
   * Chooses a connection for the next attempt, without waiting.
   *
   * @return a connection that accepts calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick();

  /**
   * Chooses a connection for the next attempt, and waits until there is one. Not called on an I/O
   * thread.
   *
   * @param deadline the end of the wait
   * @return a connection that accepts calls
   * @throws RpcException if there is none, with the reason
   */
  RpcConnection pick(long deadline);

  /** {@return the deadline of an attempt that starts now, for a call with the given deadline} */
  long attemptDeadline(long deadline);

  /**
   * {@return the delay before the call is sent to another instance as well; {@link Clock#NEVER} for
   * no hedging}
   */
  long hedgeDelay();

  /** {@return the maximum number of hedges} */
  int maxHedges();

  /**
   * Chooses another instance while this attempt has no response. Called on any thread.
   *
   * @return the single attempt there, or null if there is no other instance or no budget
   */
  @Nullable Attempts hedge();

  /** Called on any thread when a later attempt received a response before this one. */
  void overtaken();

  /**
   * {@return whether a failure of an attempt would be the same at other instances, or must not be
   * retried}
   */
  boolean isFinal(Throwable failure);

  /**
   * Called when the attempt has ended and there will be no other: it succeeded, or the call has a
   * stream.
   *
   * @param failure the failure, or null
   */
  void ended(@Nullable Throwable failure);

  /**
   * Called when the attempt has failed and another one may be allowed.
   *
   * @param failure the failure
   * @param deadline the deadline of the call
   * @return the wait before the next attempt in nanoseconds, or {@link #GIVE_UP}
   */
  long failed(Throwable failure, long deadline);
}
