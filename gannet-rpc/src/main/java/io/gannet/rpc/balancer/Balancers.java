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
 * Ready-made balancers. Each object belongs to one client, see {@link RpcClusterBuilder#balancer}.
 *
 * <p>All heed {@link Balancer.Candidate#share()}, so that new instances begin slowly; only {@link
 * #leastPending}, {@link #weighted} and {@link #consistentHash} heed the weights of instances. An instance of
 * weight 0 gets nothing from any of them, as long as there are others.
 */
public final class Balancers {

  private Balancers() {}

  /**
   * Draws two instances at random, each as likely as its weight says, and takes the one where fewer calls wait
   * for their response, measured by its weight: fast and slow instances get what they can do, without all clients running to the same one
   * (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001). The default.
   *
   * @return the balancer
   */
  public static Balancer leastPending() {
    return new LeastPending();
  }

  /**
   * Takes each instance in turn.
   *
   * @return the balancer
   */
  public static Balancer roundRobin() {
    return new RoundRobin();
  }

  /**
   * Takes the instances in turn, each as often as its weight says, evenly mixed.
   *
   * @return the balancer
   */
  public static Balancer weighted() {
    return new Weighted();
  }

  /**
   * Draws an instance at random.
   *
   * @return the balancer
   */
  public static Balancer random() {
    return new RandomChoice();
  }

  /**
   * Sends calls with the same {@link io.gannet.rpc.CallOptions#routingKey() routing key} to the same instance;
   * calls without one as {@link #leastPending}. When an instance comes or goes, only the keys that it gets
   * or had are moved (rendezvous hashing); all clients with the same list choose alike, except for keys of an
   * instance that some of them have left out or are warming up ({@link RpcClusterBuilder#warmUp}). Takes time
   * that grows with the number of instances.
   *
   * @return the balancer
   */
  public static Balancer consistentHash() {
    return consistentHash(Call::routingKey);
  }

  /**
   * Sends calls with the same key to the same instance, as {@link #consistentHash()}.
   *
   * @param key tells the key of a call, such as an entry of its metadata, or null if it has none
   * @return the balancer
   */
  public static Balancer consistentHash(Function<Call, @Nullable String> key) {
    return new ConsistentHash(key, new LeastPending());
  }

  /**
   * Keeps calls with the same {@link io.gannet.rpc.CallOptions#routingKey() routing key} at the instance that the
   * first of them has gone to, as long as that takes calls, also when others come, or when a call is tried
   * again at another. Each client remembers
   * this for itself.
   *
   * @param first chooses an instance for a key that is new, and for calls without a key
   * @param keys how many keys are remembered, those used last
   * @return the balancer
   * @throws IllegalArgumentException if {@code keys} is not positive
   */
  public static Balancer sticky(Balancer first, int keys) {
    return new Sticky(first, keys);
  }

  /**
   * Takes instances of a zone as long as one of it takes calls, and others only then.
   *
   * @param zone mostly the one that this program runs in, see {@link Instance#zone()}
   * @param within chooses among them
   * @return the balancer
   */
  public static Balancer zoneFirst(String zone, Balancer within) {
    return new ZoneFirst(zone, within);
  }
}
