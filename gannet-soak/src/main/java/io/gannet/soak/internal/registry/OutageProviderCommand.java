package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.RegistryParameter;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Registers one instance until it is killed. */
@Command(name = "outage-provider", hidden = true, description = "A provider for the outage soak.")
public final class OutageProviderCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private RegistryParameter parameter = new RegistryParameter();

  @Parameters(index = "0")
  private String service;

  @Parameters(index = "1")
  private String id;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public OutageProviderCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.withoutRegistries();
    try (StopSignals signals = StopSignals.install();
        Registry registry = parameter.open()) {
      Registration registration =
          registry.register(Instance.of(service, "tcp", "10.1.0.1:7000").withId(id));
      registration.awaitRegistered(Duration.ofSeconds(20));
      spec.commandLine().getOut().println("registered");
      signals.await();
    }
    return 0;
  }
}
