package io.gannet.cli.internal.common;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientProxy;
import io.gannet.transport.ClientTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say how a client connects. */
public abstract class ClientOptions extends EndpointOptions {

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With tls and wss: whom to trust, in PEM; by default those that the JDK trusts.")
  private @Nullable Path authorities;

  @Option(
      names = "--proxy",
      paramLabel = "URI",
      description = {
        "With tcp, tls, ws and wss: a proxy to connect through,",
        "http://USER:PASSWORD@HOST:PORT or socks5://HOST:PORT."
      })
  private @Nullable String proxy;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification
  ClientOptions() {}

  /** {@return where to connect} */
  public abstract Address address();

  /**
   * Begins to build a client that connects there; {@link #applyTo} is to follow.
   *
   * @return the builder
   * @throws ParameterException if the options don't fit each other
   */
  public ClientBuilder.NeedsCodec connect() {
    if (!address().isConnectable()) {
      throw new ParameterException(
          spec.commandLine(), "connecting needs a port that is not 0: " + address());
    }
    compression.check(spec, address().scheme());
    if (authorities != null && !address().scheme().isEncrypted()) {
      throw new ParameterException(
          spec.commandLine(), "--ca is for tls:// and wss://, not " + address());
    }
    return address().connect(compression);
  }

  /**
   * Sets what the options say.
   *
   * @param builder what {@link #connect} has begun
   */
  public void applyTo(ClientBuilder<?> builder) {
    compression.applyTo(builder, address().scheme());
    address().applyTo(builder);
    if (proxy != null) {
      try {
        builder.proxy(ClientProxy.of(proxy));
      } catch (IllegalArgumentException | UnsupportedOperationException e) {
        throw new ParameterException(spec.commandLine(), "--proxy: " + e.getMessage());
      }
    }
    if (address().scheme().isEncrypted()) {
      builder.tls(authorities == null ? ClientTls.systemTrust() : ClientTls.trusting(authorities));
    }
  }
}
