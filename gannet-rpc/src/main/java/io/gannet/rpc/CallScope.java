package io.gannet.rpc;

/**
 * Binds something to the thread while code of a call runs on it, such as a scoped value, an entry of a logger's MDC or a
 * span. Given to {@link RpcCall#within} by an interceptor; used for everything that runs for the call, on whatever
 * thread, several times and at the same time.
 */
@FunctionalInterface
public interface CallScope {

  /**
   * Runs something inside the scope.
   *
   * @param work what to run: once, on this thread, before this returns. Throws nothing
   */
  void run(Runnable work);
}
