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
     * Begins to connect. Calls code of the user's.
     *
     * @param instance what to connect to
     * @param onChange called, on any thread, when {@link Pool#isReady} may have changed; perhaps
     *     before this returns
     * @return the connections
     * @throws RuntimeException if the instance can't be connected to
     */
    Pool open(Instance instance, Runnable onChange);
  }

  /**
   * Chooses a connection, without waiting.
   *
   * @param call the call
   * @return one that takes calls, or null if there is none now
   */
  @Nullable RpcConnection tryPick(Invocation call);

  /** {@return whether a connection takes calls} */
  boolean isReady();

  /** {@return whether no connection takes calls, and the last attempt to make one has failed} */
  boolean hasFailed();

  /** {@return how many calls wait for their response, also once it is being stopped} */
  int pending();

  /** {@return the connections that take calls} */
  Collection<RpcPeer> peers();

  /** {@return why there is no connection, for people} */
  String trouble();

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
