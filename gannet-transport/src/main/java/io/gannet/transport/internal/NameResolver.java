package io.gannet.transport.internal;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks the JDK for the addresses of names. It may block for as long as the name server is silent, and
 * inside native code, where a virtual thread would hold its carrier: so on a few threads of its own,
 * which end when there is nothing to ask.
 */
final class NameResolver {

  private static final int THREADS = 4;
  private static final ThreadPoolExecutor POOL = pool();

  private NameResolver() {}

  private static ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("gannet-resolver").daemon().unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** {@return the addresses of a name, or why there are none} */
  static CompletableFuture<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    POOL.execute(() -> {
      try {
        result.complete(List.of(InetAddress.getAllByName(host)));
      } catch (Throwable t) {
        result.completeExceptionally(t);
      }
    });
    return result;
  }
}
