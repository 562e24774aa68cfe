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

/** The option that names the registry. Also opens it. */
public final class RegistryParameter {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--registry",
      required = true,
      paramLabel = "URI",
      // Separate lines, because picocli would break a URI after its colon.
      description = {
        "The registry: zookeeper://HOST:2181,HOST2:2181/ROOT or",
        "etcd://HOST:2379,HOST2:2379/ROOT; with TLS",
        "zookeepers:// and etcds://. Options follow",
        "a question mark: ?start-timeout=3s&ca=FILE"
      })
  private String uri;

  /** Creates the option. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public RegistryParameter() {}

  /**
   * Connects to the registry.
   *
   * @return the registry; the caller closes it
   * @throws ParameterException if the URI is invalid
   * @throws CommandFailedException if the registry is not connected within the start timeout
   */
  public Registry open() {
    try {
      RegistryUri parsed = RegistryUri.parse(uri);
      RegistryOptions options = RegistryOptions.defaults().with(parsed);
      if (parsed.scheme().equals("memory")) {
        throw new IllegalArgumentException(
            "a memory: registry is visible only in its own process; use zookeeper:// or etcd://");
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
          "can't connect to %s within %s (start-timeout)%s"
              .formatted(parsed, seconds(options.startTimeout()), because(e)),
          e);
    }
  }

  private static String because(RegistryException e) {
    Throwable cause = e.getCause();
    return cause == null
        ? ": no answer"
        : ": " + (cause.getMessage() == null ? cause : cause.getMessage());
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }
}
