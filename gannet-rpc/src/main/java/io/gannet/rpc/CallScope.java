package io.gannet.rpc;

/**
 * Binds a value to the thread while code of a call runs on it, such as a scoped value, an MDC entry
 * of a logger or a span. An interceptor passes it to {@link RpcCall#within}. It is used for all
 * code that runs for the call, on any thread, repeatedly and concurrently.
 */
@FunctionalInterface
public interface CallScope {

  /**
   * Runs an action inside the scope.
   *
   * @param work the action to run, exactly once, on this thread, before this method returns. It
   *     throws nothing
   */
  void run(Runnable work);
}
