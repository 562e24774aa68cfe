package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.ClusterStats;
import io.gannet.rpc.Directory;
import io.gannet.rpc.EjectionPolicy;
import io.gannet.rpc.Idempotent;
import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RetryPolicy;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.transport.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The samples of docs/discovery.md. */
class DiscoverySamplesTest {

  @Test
  void aConsumerFindsAProvider() throws Exception {
    CompletableFuture<Instance> found = new CompletableFuture<>();
    // tag::discovery-provider[]
    // or zookeeper://10.0.0.1:2181,10.0.0.2:2181, or etcd://10.0.0.1:2379,10.0.0.2:2379
    Registry registry = Registry.open("memory:");
    Registration here =
        registry.register(
            Instance.of("Greeter", "tcp", "10.0.0.5:7000").withVersion("1.2").withZone("eu-1a"));
    // end::discovery-provider[]
    // tag::discovery-consumer[]
    Directory greeters = registry.watch("Greeter");
    greeters.onChange(list -> {
      for (Instance instance : list.instances()) {
        System.out.println(instance.uri() + " in " + instance.zone());
      }
    });
    // end::discovery-consumer[]
    greeters.onChange(list -> list.instances().forEach(found::complete));
    assertThat(found.get(10, TimeUnit.SECONDS)).isEqualTo(here.instance());
    // tag::discovery-end[]
    here.close(); // leaves, and waits until the registry knows
    registry.close();
    // end::discovery-end[]
  }

  interface Greeter {
    String hello(String name);

    @Idempotent
    String find(String name);
  }

  private static final class PoliteGreeter implements Greeter {
    @Override
    public String hello(String name) {
      return "Hello " + name;
    }

    @Override
    public String find(String name) {
      return name;
    }
  }

  @Test
  void callsGoToAllInstances() throws Exception {
    // tag::cluster-provider[]
    Registry registry = Registry.open("memory:cluster");
    RpcServer server =
        RpcServer.over(Server.tcp(0)) // any free port: consumers are told which
            .service(Greeter.class, new PoliteGreeter())
            .start();
    registry.advertise(server, Advertising.of("Greeter").withVersion("1.2").withZone("eu-1a"));
    // end::cluster-provider[]
    // tag::cluster-consumer[]
    RpcCluster greeters = RpcClient.over(registry.watch("Greeter")).start();
    Greeter greeter = greeters.proxy(Greeter.class);
    System.out.println(greeter.hello("world"));
    // end::cluster-consumer[]
    assertThat(greeter.hello("world")).isEqualTo("Hello world");
    // tag::cluster-routing[]
    Greeter ofAlice = greeters.proxy(Greeter.class, CallOptions.defaults().withRoutingKey("alice"));
    // end::cluster-routing[]
    assertThat(ofAlice.find("x")).isEqualTo("x");
    // tag::cluster-status[]
    for (InstanceStatus status : greeters.instances()) {
      System.out.printf(
          "%s %s since %s %s%n",
          status.instance().uri(), status.state(), status.since(), status.reason());
    }
    ClusterStats stats = greeters.stats();
    System.out.println(stats.retries() + " retries of " + stats.calls() + " calls");
    // end::cluster-status[]
    assertThat(stats.ready()).isEqualTo(1);
    // tag::cluster-end[]
    server.close(); // leaves the registry, lets consumers see it, lets calls end
    // end::cluster-end[]
    greeters.close();
    registry.close();
  }

  @Test
  void aClientIsTuned() {
    Registry registry = Registry.open("memory:tuned");
    // tag::cluster-tuned[]
    RpcCluster greeters =
        RpcClient.over(registry.watch("Greeter"))
            .version("1.2")
            .balancer(Balancers.zoneFirst("eu-1a", Balancers.leastPending()))
            .retries(RetryPolicy.defaults().withMaxAttempts(3).withBudget(0.1, 5, 50))
            .ejection(EjectionPolicy.defaults().withConsecutiveFailures(10))
            .warmUp(Duration.ofSeconds(30))
            .connections(2)
            .start();
    // end::cluster-tuned[]
    assertThat(greeters.isRunning()).isTrue();
    greeters.close();
    registry.close();
  }

  @Test
  void aDirectoryNeedsNoRegistry() throws Exception {
    RpcServer server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .service(Greeter.class, new PoliteGreeter())
            .start();
    // tag::cluster-directories[]
    Directory fixed = Directory.of("Greeter", "tcp://10.0.0.5:7000", "tls://10.0.0.6:7443");
    Directory dns = Directory.dns("Greeter", "localhost", 7000, Duration.ofSeconds(30));
    PublishedDirectory own = Directory.published("Greeter"); // own.publish(…) whenever it changes
    // end::cluster-directories[]
    own.publish(List.of(Instance.of("Greeter", "tcp", "127.0.0.1:" + server.port())));
    assertThat(fixed.snapshot().instances()).hasSize(2);
    assertThat(dns.ready().toCompletableFuture().get(10, TimeUnit.SECONDS).instances())
        .isNotEmpty();
    try (RpcCluster greeters = RpcClient.over(own).start()) {
      assertThat(greeters.proxy(Greeter.class).hello("world")).isEqualTo("Hello world");
    }
    fixed.close();
    dns.close();
    server.close();
  }
}
