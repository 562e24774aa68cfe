package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcPeer;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** The connections that a client makes: its calls go there, and they end with it. Thread-safe. */
public interface OwnedConnections extends ConnectionPicker {

  /** {@return the connections that take calls} */
  Collection<RpcPeer> peers();

  /** {@return whether this has not been stopped} */
  boolean isRunning();

  /**
   * Takes no more calls, and ends the connections.
   *
   * @param mode what happens to calls that run
   * @param grace how long a drain may take
   */
  void stop(StopMode mode, Duration grace);

  /** {@return completes when all connections have ended} */
  CompletionStage<Void> whenStopped();
}
