package io.gannet.cli.internal.common;

import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say where and how a server listens. */
public final class ListenOptions extends EndpointOptions {

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "URI",
      converter = Address.Converter.class,
      description = {
        // Lines of their own: a URI would be broken after its colon.
        "Where to listen: tcp://HOST:PORT, tls://HOST:PORT,",
        "udp://HOST:PORT, ws://HOST:PORT/PATH or",
        "wss://HOST:PORT/PATH, with port 0 for a free one;",
        "unix:///PATH; or, on Linux, unix://@NAME."
      })
  private Address address;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "For tls and wss: the certificate and its chain, in PEM.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "For tls and wss: the private key, in PEM (PKCS#8), not encrypted.")
  private @Nullable Path key;

  /** Creates the options. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public ListenOptions() {}

  /** {@return the address to listen on} */
  public Address address() {
    return address;
  }

  /** {@return whether several protocols can share the address, and gRPC and HTTP can be used} */
  public boolean takesSeveralProtocols() {
    return !address.scheme().isWebSocket()
        && address.scheme() != Address.Scheme.UDP
        && compression == CompressionKind.NONE;
  }

  /**
   * Creates a builder of a server that listens there. Call {@link #applyTo} on it next.
   *
   * @param page the page that a WebSocket server shows to browsers; null for the default page
   * @return the builder
   * @throws ParameterException if the options contradict each other
   */
  public ServerBuilder.NeedsCodec listen(@Nullable String page) {
    compression.check(spec, address.scheme());
    boolean has = certificate != null && key != null;
    if (address.scheme().isEncrypted() && !has) {
      throw new ParameterException(
          spec.commandLine(), address.scheme() + ":// needs --cert and --key");
    }
    if (!address.scheme().isEncrypted() && (certificate != null || key != null)) {
      throw new ParameterException(
          spec.commandLine(), "--cert and --key are for tls:// and wss://, not " + address);
    }
    return address.listen(page, compression);
  }

  /**
   * Applies the options to a builder.
   *
   * @param builder the builder that {@link #listen} created, with its codec
   */
  public void applyTo(ServerBuilder<?> builder) {
    compression.applyTo(builder, address.scheme());
    address.applyTo(builder);
    if (certificate != null && key != null) {
      builder.tls(ServerTls.of(TlsIdentity.pem(certificate, key)));
    }
  }
}
