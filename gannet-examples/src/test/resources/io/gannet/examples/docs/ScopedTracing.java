package io.gannet.examples.docs;

import io.gannet.rpc.RpcInterceptor;

/**
 * Compiled and run by a @Test of ContextSamplesTest, because it needs a newer API than the other
 * code here.
 */
public final class ScopedTracing {

  private ScopedTracing() {}

  // tag::rpc-context-scoped[]
  static final ScopedValue<String> TRACE = ScopedValue.newInstance();

  static final RpcInterceptor TRACING =
      (call, next) -> {
        String trace = call.metadata().get("trace");
        return trace == null
            ? next.proceed(call)
            : next.proceed(call.within(work -> ScopedValue.where(TRACE, trace).run(work)));
      };

  // end::rpc-context-scoped[]

  public static RpcInterceptor tracing() {
    return TRACING;
  }

  public static String trace() {
    return TRACE.get();
  }
}
