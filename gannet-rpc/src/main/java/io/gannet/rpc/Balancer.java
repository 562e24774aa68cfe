package io.gannet.rpc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses an instance for each call of an {@link RpcCluster}. Ready-made ones are in {@link
 * io.gannet.rpc.balancer.Balancers}. Must be safe for use by any number of threads, and must not block:
 * it is called on the thread that calls, also on I/O threads, and no lock is held meanwhile.
 */
@FunctionalInterface
public interface Balancer {

  /**
   * Chooses an instance.
   *
   * @param candidates those that take calls now, two at least, sorted by id; without those that this call
   *     has been tried at before, as long as there are others. As long as the same instances take calls,
   *     this is mostly the same list
   * @param call the call
   * @return one of the candidates
   */
  Candidate choose(List<Candidate> candidates, Call call);

  /** An instance that takes calls. */
  interface Candidate {

    /**
     * {@return what it is}
     */
    Instance instance();

    /**
     * {@return how much of its part it should get now: 1, or less if it is new or was ejected, see {@link
     * RpcClusterBuilder#warmUp}; more than 0}
     */
    double share();

    /**
     * {@return how many calls of this client wait for its response}
     */
    int pending();

    /**
     * {@return how much it should get beside the others: its {@link Instance#weight()}, reduced to its
     * {@link #share()}; more than 0 unless all have the weight 0}
     */
    default double weight() {
      return instance().weight() * share();
    }
  }

  /** A call that needs an instance. */
  interface Call {

    /**
     * {@return service and method, as {@code Greeter/hello}}
     */
    String method();

    /**
     * {@return what goes along with it}
     */
    Metadata metadata();

    /**
     * {@return what the call is about, see {@link CallOptions#routingKey()}, or null}
     */
    @Nullable String routingKey();

    /**
     * {@return how many times it has been tried before, or is being tried: 0, unless this is a retry or a
     *     hedge}
     */
    int attempt();
  }
}
