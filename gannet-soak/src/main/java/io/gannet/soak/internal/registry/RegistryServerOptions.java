package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.cli.internal.process.RegistryServer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for the registry of a soak. */
final class RegistryServerOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "KIND",
      converter = RegistryKind.Converter.class,
      description = "The registry: zookeeper or etcd. Its server is started.")
  private RegistryKind kind = RegistryKind.MEMORY;

  @Option(
      names = "--session-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "The session timeout of all providers and consumers. Default:" + " ${DEFAULT-VALUE}.")
  private int sessionTimeout;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  RegistryServerOptions() {}

  RegistryServer start() throws InterruptedException {
    if (kind == RegistryKind.MEMORY) {
      throw new ParameterException(
          spec.commandLine(), "--registry memory has no server: it is zookeeper or etcd here");
    }
    if (sessionTimeout < 1) {
      throw new ParameterException(
          spec.commandLine(), "--session-timeout must be at least 1: " + sessionTimeout);
    }
    return RegistryServer.start(kind);
  }

  RegistryKind kind() {
    return kind;
  }

  int sessionTimeoutSeconds() {
    return sessionTimeout;
  }

  /** {@return the URI of a server, with the session timeout} */
  String uri(RegistryServer server) {
    return "%s?session-timeout=%ds".formatted(server.uri(), sessionTimeout);
  }
}
