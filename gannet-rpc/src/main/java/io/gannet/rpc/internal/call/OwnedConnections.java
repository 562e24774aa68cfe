package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcPeer;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** The connections that a client makes: its calls go there, and they end with it. Thread-safe. */
public interface OwnedConnections extends ConnectionPicker {

  /** {@return the connections that accept calls} */
  Collection<RpcPeer> peers();

  /** {@return whether it has not been stopped} */
  boolean isRunning();

  /**
   * Accepts no more calls, and ends the connections.
   *
   * @param mode whether running calls may end
   * @param grace the maximum time of a drain
   */
  void stop(StopMode mode, Duration grace);

  /** {@return completes when all connections have ended} */
  CompletionStage<Void> whenStopped();
}
