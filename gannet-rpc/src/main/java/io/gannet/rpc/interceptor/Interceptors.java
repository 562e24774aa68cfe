package io.gannet.rpc.interceptor;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.internal.interceptor.Authentication;
import io.gannet.rpc.internal.interceptor.Logging;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Ready-made interceptors. */
public final class Interceptors {

  /** The metadata key of the token: its value is {@code Bearer}, a space and the token. */
  public static final String AUTHORIZATION = Authentication.AUTHORIZATION;

  /**
   * The metadata key of the caller's identity, as the handler sees it, see {@link #authenticate}.
   */
  public static final String PRINCIPAL = Authentication.PRINCIPAL;

  private Interceptors() {}

  /**
   * Logs each completed call with its method, duration and code, to the SLF4J logger
   * {@code io.gannet.rpc.calls}; at INFO if it succeeded and at WARN if it failed. Arguments,
   * results and metadata are not logged.
   *
   * @return the interceptor, for either direction
   */
  public static RpcInterceptor logging() {
    return new Logging();
  }

  /**
   * Sends a token with each call.
   *
   * @param token returns the token for each call; if it throws, the call fails with that exception
   * @return the interceptor, for outgoing calls
   */
  public static RpcInterceptor sendToken(Supplier<String> token) {
    return Authentication.sending(token);
  }

  /**
   * Accepts only calls with a valid token; others fail with
   * {@link io.gannet.rpc.RpcCode#UNAUTHENTICATED}. The handler finds the caller's identity in
   * {@link CallContext#metadata()}, with the key {@link #PRINCIPAL}, which callers can't set. The
   * token is removed.
   *
   * @param principalOf returns the owner of a token, or empty if the token isn't valid. Called on
   *     the handler's virtual thread, which is interrupted when the deadline of the call passes. If
   *     it throws, the exception is logged, and the call also fails with {@code UNAUTHENTICATED}
   * @return the interceptor, for incoming calls
   */
  public static RpcInterceptor authenticate(Function<String, Optional<String>> principalOf) {
    return Authentication.checking(principalOf);
  }
}
