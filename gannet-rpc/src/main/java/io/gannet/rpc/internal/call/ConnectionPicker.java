package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import org.jspecify.annotations.Nullable;

/** Where calls go: chooses a connection for each. Thread-safe. */
public interface ConnectionPicker {

  /**
   * Chooses a connection, without waiting.
   *
   * @param call the call
   * @return one that takes calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick(Invocation call);

  /**
   * Chooses a connection, and waits for one. Not called on an I/O thread.
   *
   * @param call the call
   * @param clock tells the time
   * @param deadline until when at most
   * @return one that takes calls
   * @throws RpcException if there is none; says why
   */
  RpcConnection pick(Invocation call, Clock clock, long deadline);

  /**
   * Begins a call that may be tried more than once.
   *
   * @param call the call
   * @return where its attempts go, or null if each call is tried once
   */
  default @Nullable Attempts attempts(Invocation call) {
    return null;
  }

  /** {@return whose services are called, for people} */
  String describe();
}
