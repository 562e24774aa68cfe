package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances join, leave, fail and return at random moments during many calls. */
class ClusterChurnTest {

  private static final int INSTANCES = 4;
  private static final int CALLERS = 8;
  private static final int LISTS = 100;
  private static final int CALLS_PER_LIST = 40;

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Work {
    @Idempotent
    String work(String text);
  }

  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** Fails every second call of the last instance, so that it is ejected again and again. */
  private Instance instance(int number) {
    AtomicInteger calls = new AtomicInteger();
    Work work =
        text -> {
          if (number == INSTANCES - 1 && calls.incrementAndGet() % 2 == 0) {
            throw new RpcException(RpcCode.INTERNAL, "broken");
          }
          return text;
        };
    return Fixture.instance(
        "Work", "w" + number, fixture.start(fixture.server().service(Work.class, work)));
  }

  private void call(Work work) {
    while (!over.get()) {
      try {
        assertThat(work.work("x")).isEqualTo("x");
      } catch (Throwable t) {
        if (!(t instanceof RpcException e) || e.code() != RpcCode.INTERNAL) {
          failures.add(t);
        }
      }
      ended.incrementAndGet();
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void noCallHangsOrIsLostAndTheLastListApplies() throws Exception {
    List<Instance> all = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      all.add(instance(i));
    }
    PublishedDirectory directory = Directory.published("Work");
    directory.publish(all);
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .balancer(Balancers.roundRobin())
                .warmUp(Duration.ZERO)
                .retries(RetryPolicy.defaults().withBudget(1, 1_000_000, 1_000_000))
                .ejection(
                    EjectionPolicy.defaults()
                        .withConsecutiveFailures(1)
                        .withTime(Duration.ofMillis(5), Duration.ofMillis(5))));
    assertThat(cluster.awaitReady(INSTANCES, Duration.ofSeconds(10))).isTrue();
    Work work = cluster.proxy(Work.class);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.startVirtualThread(() -> call(work)));
    }
    Random random = new Random(1);
    for (int i = 0; i < LISTS; i++) {
      int before = ended.get();
      await().until(() -> ended.get() - before >= CALLS_PER_LIST);
      List<Instance> some = new ArrayList<>(all.subList(0, 1)); // one is always there
      all.stream().skip(1).filter(one -> random.nextBoolean()).forEach(some::add);
      directory.publish(some);
    }
    directory.publish(all);
    over.set(true);
    for (Thread caller : callers) {
      assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
    }
    assertThat(failures).isEmpty();
    await()
        .untilAsserted(() ->
            assertThat(cluster.instances())
                .hasSize(INSTANCES)
                .allMatch(status -> status.state() == State.READY));
    ClusterStats stats = cluster.stats();
    assertThat(stats.joined() - stats.left()).isEqualTo(INSTANCES);
    assertThat(stats.ejections()).isPositive();
    cluster.stop(StopMode.DRAIN_AND_WAIT);
    assertThat(cluster.instances()).isEmpty();
  }
}
