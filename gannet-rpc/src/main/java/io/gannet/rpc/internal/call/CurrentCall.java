package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallContext;
import org.jspecify.annotations.Nullable;

/** Which call the current thread handles. */
public final class CurrentCall {

  private static final ThreadLocal<@Nullable IncomingCall> CURRENT = new ThreadLocal<>();

  private CurrentCall() {}

  /** {@return the call that the current thread handles, or null} */
  public static @Nullable CallContext get() {
    return CURRENT.get();
  }

  static @Nullable IncomingCall incoming() {
    return CURRENT.get();
  }

  static void set(IncomingCall call) {
    CURRENT.set(call);
  }

  static void clear() {
    CURRENT.remove();
  }
}
