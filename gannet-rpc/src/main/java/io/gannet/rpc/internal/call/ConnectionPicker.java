package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/** Chooses a connection for each call. Thread-safe. */
public interface ConnectionPicker {

  /**
   * Chooses a connection, without waiting.
   *
   * @param call the call
   * @return a connection that accepts calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick(Invocation call);

  /**
   * Chooses a connection, and waits until there is one. Not called on an I/O thread.
   *
   * @param call the call
   * @param clock the clock
   * @param deadline the end of the wait
   * @return a connection that accepts calls
   * @throws RpcException if there is none, with the reason
   */
  RpcConnection pick(Invocation call, Clock clock, long deadline);

  /**
   * Starts a call that may have several attempts.
   *
   * @param call the call
   * @return the attempts, or null if each call is tried once
   */
  default @Nullable Attempts attempts(Invocation call) {
    return null;
  }

  /** {@return the destination of the calls, for users} */
  String describe();
}
