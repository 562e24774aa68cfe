package io.gannet.rpc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses an instance for each call of an {@link RpcCluster}. Ready-made balancers are in
 * {@link io.gannet.rpc.balancer.Balancers}. Must be thread-safe and must not block: it is called on
 * the calling thread, which may be an I/O thread, without holding a lock.
 */
@FunctionalInterface
public interface Balancer {

  /**
   * Chooses an instance.
   *
   * @param candidates the instances that accept calls, at least two, sorted by id; without those
   *     that this call was already tried on, as long as there are others. While the same instances
   *     accept calls, this is usually the same list
   * @param call the call
   * @return one of the candidates of this call; a balancer that remembers instances keeps their ids
   */
  Candidate choose(List<Candidate> candidates, Call call);

  /** An instance that accepts calls. */
  interface Candidate {

    /** {@return the instance} */
    Instance instance();

    /**
     * {@return the share of its weight that it should get now: 1, or less if it is new or was
     * ejected, see {@link RpcClusterBuilder#warmUp}; more than 0}
     */
    double share();

    /** {@return the number of this client's calls that wait for its response} */
    int pending();

    /**
     * {@return its weight relative to the others: its {@link Instance#weight()} times its
     * {@link #share()}; more than 0 unless all have the weight 0}
     */
    default double weight() {
      return instance().weight() * share();
    }
  }

  /** A call that needs an instance. */
  interface Call {

    /** {@return service and method, as {@code Greeter/hello}} */
    String method();

    /** {@return the metadata of the call} */
    Metadata metadata();

    /** {@return the routing key of the call, see {@link CallOptions#routingKey()}, or null} */
    @Nullable String routingKey();

    /**
     * {@return the number of earlier or concurrent attempts of this call: 0, unless this is a retry
     * or a hedge}
     */
    int attempt();
  }
}
