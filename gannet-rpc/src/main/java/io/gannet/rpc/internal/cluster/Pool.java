package io.gannet.rpc.internal.cluster;

import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.Invocation;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The connections to one instance. Thread-safe. */
public interface Pool {

  /** Opens pools. */
  @FunctionalInterface
  interface Factory {

    /**
     * Starts to connect. Calls user code.
     *
     * @param instance the instance
     * @param onChange called on any thread when {@link Pool#isReady} may have changed, possibly
     *     before this method returns
     * @return the connections
     * @throws RuntimeException if the instance can't be connected to
     */
    Pool open(Instance instance, Runnable onChange);
  }

  /**
   * Chooses a connection, without waiting.
   *
   * @param call the call
   * @return a connection that accepts calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick(Invocation call);

  /** {@return whether a connection accepts calls} */
  boolean isReady();

  /** {@return whether no connection accepts calls, and the last attempt to connect has failed} */
  boolean hasFailed();

  /** {@return the number of calls that wait for their response, even after a stop} */
  int pending();

  /** {@return the connections that accept calls} */
  Collection<RpcPeer> peers();

  /** {@return why there is no connection, for users} */
  String trouble();

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
