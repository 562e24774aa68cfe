package io.gannet.rpc.internal;

import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.transport.Endpoint;
import io.gannet.transport.EventLoops;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Stops an endpoint: first its calls end, then its connections. */
final class EndpointStop {

  private EndpointStop() {}

  /**
   * Stops an endpoint.
   *
   * @param transport the transport's endpoint, which owns the connections
   * @param connections the connections of the endpoint
   * @param drain drains one connection
   * @param mode whether running calls may end
   * @param grace the longest time for a drain
   */
  static void stop(
      Endpoint<?> transport,
      Collection<RpcConnection> connections,
      Function<RpcConnection, CompletableFuture<Void>> drain,
      StopMode mode,
      Duration grace) {
    if (mode == StopMode.NOW) {
      transport.stop(StopMode.NOW);
      return;
    }
    long began = System.nanoTime();
    CompletableFuture<Void> quiet =
        CompletableFuture.allOf(connections.stream().map(drain).toArray(CompletableFuture[]::new));
    if (mode == StopMode.DRAIN || EventLoops.isIoThread()) {
      Thread.startVirtualThread(() -> finish(transport, quiet, began, grace));
    } else {
      finish(transport, quiet, began, grace);
    }
  }

  private static void finish(
      Endpoint<?> transport, CompletableFuture<Void> quiet, long began, Duration grace) {
    try {
      quiet.get(SettingChecks.nanos(grace), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The remaining calls are aborted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Duration left = grace.minusNanos(System.nanoTime() - began);
    transport.stop(StopMode.DRAIN_AND_WAIT, left.isNegative() ? Duration.ZERO : left);
  }
}
