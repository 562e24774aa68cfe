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

  /** The key of the token in the metadata of a call: {@code Bearer}, a space and the token. */
  public static final String AUTHORIZATION = Authentication.AUTHORIZATION;

  /** The key of who calls in the metadata that a handler sees, see {@link #authenticate}. */
  public static final String PRINCIPAL = Authentication.PRINCIPAL;

  private Interceptors() {}

  /**
   * Logs each call when it ends, to the SLF4J logger {@code io.gannet.rpc.calls}: with its method, how
   * long it took and its code; at INFO if it succeeded and at WARN if it failed. Arguments, results and
   * metadata are not logged.
   *
   * @return the interceptor, for either direction
   */
  public static RpcInterceptor logging() {
    return new Logging();
  }

  /**
   * Sends a token with each call.
   *
   * @param token gives the token, for each call; what it throws, the call fails with
   * @return the interceptor, for outgoing calls
   */
  public static RpcInterceptor sendToken(Supplier<String> token) {
    return Authentication.sending(token);
  }

  /**
   * Lets only calls pass that bring a good token; others fail with {@link
   * io.gannet.rpc.RpcCode#UNAUTHENTICATED}. The handler finds who calls in {@link
   * CallContext#metadata()}, with the key {@link #PRINCIPAL}: callers can't set that. The token is taken
   * out.
   *
   * @param principalOf tells whose token it is, on the handler's virtual thread, which is interrupted when the
   *     call's time is over; empty if the token is no good. If it throws, that is logged, and the call fails with
   *     {@code UNAUTHENTICATED} as well
   * @return the interceptor, for incoming calls
   */
  public static RpcInterceptor authenticate(Function<String, Optional<String>> principalOf) {
    return Authentication.checking(principalOf);
  }
}
