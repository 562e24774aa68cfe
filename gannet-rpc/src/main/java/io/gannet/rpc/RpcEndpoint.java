package io.gannet.rpc;

import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** An {@link RpcServer} or an {@link RpcClient}. Safe for use by any number of threads. */
public interface RpcEndpoint extends AutoCloseable {

  /** {@return the transport's name, for logs and metrics} */
  String name();

  /** {@return whether this endpoint has not been stopped} */
  boolean isRunning();

  /**
   * Stops the endpoint, with the configured grace period, see
   * {@link RpcEndpointBuilder#drainGrace}.
   *
   * @param mode what happens to calls
   */
  void stop(StopMode mode);

  /**
   * Stops the endpoint. A drain notifies the peers, and refuses new calls with
   * {@link RpcCode#UNAVAILABLE} so that they are safe to retry elsewhere. Calls that run or wait
   * for their reply complete, and then the connections close. A second call may only make it
   * faster.
   *
   * @param mode what happens to calls: {@link StopMode#NOW} aborts them, {@link StopMode#DRAIN}
   *     returns without waiting for the end of the drain
   * @param grace the maximum duration of a drain; remaining calls are then aborted
   */
  void stop(StopMode mode, Duration grace);

  /**
   * {@return completes when this endpoint has stopped and its connections have closed; a program
   * that only serves can {@code join} it}
   */
  CompletionStage<Void> whenStopped();

  /** Stops the endpoint like {@code stop(StopMode.DRAIN_AND_WAIT)}. */
  @Override
  default void close() {
    stop(StopMode.DRAIN_AND_WAIT);
  }
}
