package io.gannet.rpc.internal.interceptor;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCall;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.transport.internal.text.FailureLog;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Interceptors that send and check a token, which identifies the caller. */
public final class Authentication {

  /** The metadata key of the token. */
  public static final String AUTHORIZATION = "authorization";

  /** The metadata key of the authenticated caller. */
  public static final String PRINCIPAL = "principal";

  private static final String SCHEME = "Bearer ";

  private Authentication() {}

  /**
   * Returns an interceptor that sends a token with each call.
   *
   * @param token supplies the token
   */
  public static RpcInterceptor sending(Supplier<String> token) {
    Objects.requireNonNull(token, "token");
    return (call, next) -> {
      String value = SCHEME + Objects.requireNonNull(token.get(), "token");
      return next.proceed(call.withMetadata(call.metadata().with(AUTHORIZATION, value)));
    };
  }

  /**
   * Returns an interceptor that only accepts calls with a valid token.
   *
   * @param principalOf returns the owner of a token, or empty if the token is invalid
   */
  public static RpcInterceptor checking(Function<String, Optional<String>> principalOf) {
    Objects.requireNonNull(principalOf, "principalOf");
    FailureLog log = new FailureLog("io.gannet.rpc.failures");
    return (call, next) -> {
      String value = call.metadata().get(AUTHORIZATION);
      if (value == null || !value.startsWith(SCHEME)) {
        throw unauthenticated("the call has no token");
      }
      Optional<String> found;
      try {
        found =
            Objects.requireNonNull(
                principalOf.apply(value.substring(SCHEME.length())), "null instead of an Optional");
      } catch (Throwable t) { // its message must not reach the peer
        log.warn("the check of the token", describe(call), t);
        throw unauthenticated("the token could not be checked");
      }
      String principal = found.orElseThrow(() -> unauthenticated("the token is not valid"));
      Metadata metadata = call.metadata().without(AUTHORIZATION).with(PRINCIPAL, principal);
      return next.proceed(call.withMetadata(metadata));
    };
  }

  private static String describe(RpcCall call) {
    return "call " + call.method() + call.peer().map(peer -> " of " + peer).orElse("");
  }

  private static RpcException unauthenticated(String why) {
    return new RpcException(RpcCode.UNAUTHENTICATED, why);
  }
}
