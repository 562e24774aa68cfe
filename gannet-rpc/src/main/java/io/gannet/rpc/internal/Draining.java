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

/** How an endpoint stops: its calls end first, its connections then. */
final class Draining {

  private Draining() {}

  /**
   * Stops an endpoint.
   *
   * @param transport has the connections
   * @param connections those connections
   * @param drain how each of them is drained
   * @param mode what happens to calls
   * @param grace how long a drain may take
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
      // What is left is cut.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Duration left = grace.minusNanos(System.nanoTime() - began);
    transport.stop(StopMode.DRAIN_AND_WAIT, left.isNegative() ? Duration.ZERO : left);
  }
}
