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
 * Asks the JDK for the addresses of names. A lookup may block for as long as the name server is
 * silent, and inside native code, where a virtual thread would hold its carrier: so each name has a
 * platform thread of its own, which ends when there is nothing to ask. Whoever asks for a name that
 * is being looked up already waits for that lookup: a name that hangs holds one thread, however
 * often it is asked for. Lookups have no timeout here; those who ask have.
 */
final class NameResolver {

  /** The one of this process. */
  static final NameResolver SHARED = new NameResolver(64, InetAddress::getAllByName);

  /** What looks a name up, and may block. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  private final ThreadPoolExecutor pool;
  private final Lookup lookup;

  /** What is being looked up, or waits for a thread. */
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

  /** {@return the addresses of a name, or why there are none; at once for what is an address} */
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

  /** {@return whether all threads are held by other names, so that a new one has to wait} */
  boolean isBusy() {
    return !pool.getQueue().isEmpty();
  }

  private static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  /** Asks no name server, but for the interface that a link-local address may name. */
  private static CompletableFuture<List<InetAddress>> parse(String address) {
    try {
      return CompletableFuture.completedFuture(List.of(InetAddress.getByName(address)));
    } catch (UnknownHostException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
