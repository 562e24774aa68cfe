package io.gannet.discovery.etcd;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.Instance;
import java.time.Duration;

/** A provider in a separate process, so that it can be suspended and killed. */
final class ProviderProcess {

  private ProviderProcess() {}

  /** Arguments: the URI of the registry, the id to register, the session timeout in seconds. */
  public static void main(String[] args) throws Exception {
    RegistryOptions options =
        RegistryOptions.defaults()
            .withSessionTimeout(Duration.ofSeconds(Long.parseLong(args[2])))
            .withStartTimeout(Duration.ofSeconds(60));
    try (Registry registry = Registry.open(args[0], options)) {
      Registration registration =
          registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(args[1]));
      registration.awaitRegistered(Duration.ofSeconds(60));
      System.out.println("registered");
      System.in.read();
    }
  }
}
