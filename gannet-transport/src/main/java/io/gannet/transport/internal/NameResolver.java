package io.gannet.transport.internal;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Resolves names with the JDK. A lookup may block as long as the name server is silent, inside
 * native code, where a virtual thread would pin its carrier. Therefore each name has a platform
 * thread, which ends when there are no lookups. Concurrent lookups of one name share one lookup, so
 * a name that hangs occupies one thread, however often it is requested. Lookups have no timeout
 * here; callers have one.
 */
final class NameResolver {

  /** The resolver of this process. */
  static final NameResolver SHARED = new NameResolver(64, InetAddress::getAllByName);

  /** Resolves a name. May block. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  private final ThreadPoolExecutor pool;
  private final Lookup lookup;

  /** The lookups that run or wait for a thread. */
  private final Map<String, CompletableFuture<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();

  NameResolver(int threads, Lookup lookup) {
    this.lookup = lookup;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("gannet-resolver").daemon().unstarted(task));
    pool.allowCoreThreadTimeOut(true);
  }

  /** {@return the addresses of a name, or the failure; completes at once for an address} */
  CompletableFuture<List<InetAddress>> resolve(String host) {
    if (isAddress(host)) {
      return parse(host);
    }
    CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    CompletableFuture<List<InetAddress>> earlier = underWay.putIfAbsent(host, result);
    if (earlier != null) {
      return earlier;
    }
    pool.execute(() -> find(host, result));
    return result;
  }

  private void find(String host, CompletableFuture<List<InetAddress>> result) {
    try {
      List<InetAddress> found = List.of(lookup.find(host));
      underWay.remove(host);
      result.complete(found);
    } catch (Throwable t) {
      underWay.remove(host);
      result.completeExceptionally(t);
    }
  }

  /** {@return whether all threads are occupied by other names, so that a new lookup has to wait} */
  boolean isBusy() {
    return !pool.getQueue().isEmpty();
  }

  private static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  /**
   * Parses an address without a name server, except for the interface that a link-local address may
   * name.
   */
  private static CompletableFuture<List<InetAddress>> parse(String address) {
    try {
      return CompletableFuture.completedFuture(List.of(InetAddress.getByName(address)));
    } catch (UnknownHostException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
