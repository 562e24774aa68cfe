package io.gannet.rpc.balancer;

import io.gannet.rpc.Balancer;
import io.gannet.rpc.Balancer.Call;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.internal.balancer.ConsistentHash;
import io.gannet.rpc.internal.balancer.LeastPending;
import io.gannet.rpc.internal.balancer.RandomChoice;
import io.gannet.rpc.internal.balancer.RoundRobin;
import io.gannet.rpc.internal.balancer.Sticky;
import io.gannet.rpc.internal.balancer.Weighted;
import io.gannet.rpc.internal.balancer.ZoneFirst;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ready-made balancers. Use each object for one client only, see
 * {@link RpcClusterBuilder#balancer}.
 *
 * <p>All balancers respect {@link Balancer.Candidate#share()}, so that new instances start slowly.
 * Only {@link #leastPending}, {@link #weighted} and {@link #consistentHash} respect the weights of
 * instances. With every balancer, an instance of weight 0 receives no calls while there are others.
 */
public final class Balancers {

  private Balancers() {}

  /**
   * Draws two instances at random, with probabilities proportional to their weights, and selects
   * the one with fewer pending calls relative to its weight. Fast and slow instances then get as
   * much as they can handle, and clients don't all choose the same instance (M. Mitzenmacher, "The
   * Power of Two Choices in Randomized Load Balancing", 2001). The default.
   *
   * @return the balancer
   */
  public static Balancer leastPending() {
    return new LeastPending();
  }

  /**
   * Selects the instances in turn.
   *
   * @return the balancer
   */
  public static Balancer roundRobin() {
    return new RoundRobin();
  }

  /**
   * Selects the instances in turn, each in proportion to its weight, evenly interleaved.
   *
   * @return the balancer
   */
  public static Balancer weighted() {
    return new Weighted();
  }

  /**
   * Selects an instance at random.
   *
   * @return the balancer
   */
  public static Balancer random() {
    return new RandomChoice();
  }

  /**
   * Sends calls with the same {@link io.gannet.rpc.CallOptions#routingKey() routing key} to the
   * same instance, and calls without a key like {@link #leastPending}. When an instance is added or
   * removed, only the keys that it receives or had are moved (rendezvous hashing). All clients with
   * the same list choose the same instance, except for keys of an instance that some of them have
   * ejected or are warming up ({@link RpcClusterBuilder#warmUp}). The time to choose is
   * proportional to the number of instances.
   *
   * @return the balancer
   */
  public static Balancer consistentHash() {
    return consistentHash(Call::routingKey);
  }

  /**
   * Sends calls with the same key to the same instance, like {@link #consistentHash()}.
   *
   * @param key returns the key of a call, such as an entry of its metadata, or null if it has none
   * @return the balancer
   */
  public static Balancer consistentHash(Function<Call, @Nullable String> key) {
    return new ConsistentHash(key, new LeastPending());
  }

  /**
   * Sends calls with the same {@link io.gannet.rpc.CallOptions#routingKey() routing key} to the
   * instance of the first such call, as long as it accepts calls, even if other instances are added
   * or a call is retried on another one. Each client remembers its own choices.
   *
   * @param first chooses an instance for a new key, and for calls without a key
   * @param keys the number of remembered keys; the least recently used ones are dropped
   * @return the balancer
   * @throws IllegalArgumentException if {@code keys} is not positive
   */
  public static Balancer sticky(Balancer first, int keys) {
    return new Sticky(first, keys);
  }

  /**
   * Selects instances of a zone as long as one of them accepts calls, otherwise other instances.
   *
   * @param zone usually the zone that this program runs in, see {@link Instance#zone()}
   * @param within chooses among the selected instances
   * @return the balancer
   */
  public static Balancer zoneFirst(String zone, Balancer within) {
    return new ZoneFirst(zone, within);
  }
}
