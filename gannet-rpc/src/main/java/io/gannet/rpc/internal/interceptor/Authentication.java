package io.gannet.rpc.internal.interceptor;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcInterceptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Tokens that say who calls. */
public final class Authentication {

  /** The key of the token. */
  public static final String AUTHORIZATION = "authorization";

  /** The key of who calls. */
  public static final String PRINCIPAL = "principal";

  private static final String SCHEME = "Bearer ";

  private Authentication() {}

  /**
   * Sends a token with each call.
   *
   * @param token gives the token
   */
  public static RpcInterceptor sending(Supplier<String> token) {
    Objects.requireNonNull(token, "token");
    return (call, next) ->
        next.proceed(call.withMetadata(call.metadata().with(AUTHORIZATION, SCHEME + token.get())));
  }

  /**
   * Lets only calls with a good token pass.
   *
   * @param principalOf tells whose token it is
   */
  public static RpcInterceptor checking(Function<String, Optional<String>> principalOf) {
    Objects.requireNonNull(principalOf, "principalOf");
    return (call, next) -> {
      String value = call.metadata().get(AUTHORIZATION);
      if (value == null || !value.startsWith(SCHEME)) {
        throw new RpcException(RpcCode.UNAUTHENTICATED, "the call brings no token");
      }
      String principal =
          principalOf
              .apply(value.substring(SCHEME.length()))
              .orElseThrow(() -> new RpcException(RpcCode.UNAUTHENTICATED, "the token is no good"));
      Map<String, String> entries = new LinkedHashMap<>(call.metadata().entries());
      entries.remove(AUTHORIZATION);
      entries.put(PRINCIPAL, principal);
      return next.proceed(call.withMetadata(new Metadata(entries)));
    };
  }
}
