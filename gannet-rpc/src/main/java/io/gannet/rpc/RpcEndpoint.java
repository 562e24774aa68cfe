package io.gannet.rpc;

import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** An {@link RpcServer} or an {@link RpcClient}. Safe for use by any number of threads. */
public interface RpcEndpoint extends AutoCloseable {

  /**
   * {@return the name, for logs and metrics: the transport's}
   */
  String name();

  /**
   * {@return whether it has not been stopped}
   */
  boolean isRunning();

  /**
   * Stops, with the configured drain grace, see {@link RpcEndpointBuilder#drainGrace}.
   *
   * @param mode what happens to calls
   */
  void stop(StopMode mode);

  /**
   * Stops. With a drain the peers are told, new calls are refused with {@link RpcCode#UNAVAILABLE} in
   * a way that makes it safe to try elsewhere, calls that run or wait for their reply end, and then the
   * connections do. A second call may only make it faster.
   *
   * @param mode what happens to calls: {@link StopMode#NOW} cuts them, {@link StopMode#DRAIN} doesn't
   *     wait for the drain to end
   * @param grace how long a drain may take; what is left then is cut
   */
  void stop(StopMode mode, Duration grace);

  /**
   * {@return completes when this has been stopped and its connections have ended; a program whose only
   * job is to serve can {@code join} it}
   */
  CompletionStage<Void> whenStopped();

  /** Stops as {@code stop(StopMode.DRAIN_AND_WAIT)} does. */
  @Override
  default void close() {
    stop(StopMode.DRAIN_AND_WAIT);
  }
}
