package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
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
}
