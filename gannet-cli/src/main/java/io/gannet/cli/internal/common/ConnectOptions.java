package io.gannet.cli.internal.common;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Codec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say where a client connects, and how. */
public final class ConnectOptions extends EndpointOptions {

  @Option(
      names = "--connect",
      required = true,
      paramLabel = "URI",
      converter = Address.Converter.class,
      description =
          "The server: tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT, ws://HOST:PORT/PATH,"
              + " wss://HOST:PORT/PATH,"
              + " unix:///PATH or unix://@NAME.")
  private Address address;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With tls and wss: whom to trust, in PEM; by default those that the JDK trusts.")
  private @Nullable Path authorities;

  /** Creates the options. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public ConnectOptions() {}

  /**
   * Checks what picocli doesn't.
   *
   * @throws ParameterException if the options don't fit each other
   */
  public void check() {
    if (!address.isConnectable()) {
      throw new ParameterException(spec.commandLine(), "--connect needs a port that is not 0");
    }
    compression.check(spec, address.scheme());
    if (authorities != null && !address.scheme().isEncrypted()) {
      throw new ParameterException(
          spec.commandLine(), "--ca is for tls:// and wss://, not " + address);
    }
  }

  /** {@return where to connect} */
  public Address address() {
    return address;
  }

  /**
   * Begins to build a client that connects there.
   *
   * @param codec the codec of its sessions
   * @param <M> the type of the messages
   * @return the builder
   */
  public <M> ClientBuilder<M> connect(Codec<M> codec) {
    ClientBuilder<M> builder = address.connect(compression).codec(codec);
    compression.applyTo(builder, address.scheme());
    address.applyTo(builder);
    if (address.scheme().isEncrypted()) {
      builder.tls(authorities == null ? ClientTls.systemTrust() : ClientTls.trusting(authorities));
    }
    return builder;
  }
}
