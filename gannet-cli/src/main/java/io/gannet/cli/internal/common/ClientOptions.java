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
          "For tls and wss: the trusted certificates, in PEM. Default: those that the JDK trusts.")
  private @Nullable Path authorities;

  @Option(
      names = "--proxy",
      paramLabel = "URI",
      description = {
        "For tcp, tls, ws and wss: a proxy to connect through,",
        "http://USER:PASSWORD@HOST:PORT or socks5://HOST:PORT."
      })
  private @Nullable String proxy;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification
  ClientOptions() {}

  /** {@return the address to connect to} */
  public abstract Address address();

  /**
   * Creates a builder of a client that connects to {@link #address}. Call {@link #applyTo} on it
   * next.
   *
   * @return the builder
   * @throws ParameterException if the options contradict each other
   */
  public ClientBuilder.NeedsCodec connect() {
    if (!address().isConnectable()) {
      throw new ParameterException(
          spec.commandLine(), "the port to connect to must not be 0: " + address());
    }
    compression.check(spec, address().scheme());
    if (authorities != null && !address().scheme().isEncrypted()) {
      throw new ParameterException(
          spec.commandLine(), "--ca is for tls:// and wss://, not " + address());
    }
    return address().connect(compression);
  }

  /**
   * Applies the options to a builder.
   *
   * @param builder the builder that {@link #connect} created, with its codec
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
