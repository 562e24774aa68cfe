package io.gannet.cli.internal.common;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import java.math.BigDecimal;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says which registry, and opens it. */
public final class RegistryParameter {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "URI",
      // Lines of their own: a URI would be broken after its colon.
      description = {
        "The registry: zookeeper://HOST:2181,HOST2:2181/ROOT or",
        "etcd://HOST:2379,HOST2:2379/ROOT; with TLS",
        "zookeepers:// and etcds://. Options go behind",
        "a question mark: ?start-timeout=3s&ca=FILE"
      })
  private String uri;

  /** Creates the option. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public RegistryParameter() {}

  /**
   * Connects to the registry.
   *
   * @return the registry, to be closed
   * @throws ParameterException if the URI can't be used
   * @throws CommandFailedException if there is no connection within the start timeout
   */
  public Registry open() {
    try {
      RegistryUri parsed = RegistryUri.parse(uri);
      RegistryOptions options = RegistryOptions.defaults().with(parsed);
      if (parsed.scheme().equals("memory")) {
        throw new IllegalArgumentException(
            "what is in memory: can be seen in its own process only; this is for zookeeper:// and"
                + " etcd://");
      }
      return open(parsed, options);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--registry: " + e.getMessage(), e);
    }
  }

  private Registry open(RegistryUri parsed, RegistryOptions options) {
    try {
      return Registry.open(uri);
    } catch (RegistryException e) {
      throw new CommandFailedException(
          "%s can't be reached, tried for %s (start-timeout)%s"
              .formatted(parsed, seconds(options.startTimeout()), because(e)),
          e);
    }
  }

  private static String because(RegistryException e) {
    Throwable cause = e.getCause();
    return cause == null
        ? ": nothing answers"
        : ": " + (cause.getMessage() == null ? cause : cause.getMessage());
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }
}
