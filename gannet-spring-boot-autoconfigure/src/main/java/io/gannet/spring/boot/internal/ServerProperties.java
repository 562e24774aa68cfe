package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcWire;
import io.gannet.transport.ServerTls.ClientCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The server.
 *
 * @param enabled Whether to start a server. By default it starts if the application has a service
 *     to offer.
 * @param address Address to listen on. By default all addresses of this machine.
 * @param port Port to listen on; 0 for any free port.
 * @param listen URIs to listen on instead of address and port: tcp://HOST:PORT,
 *     ws://HOST:PORT/PATH, unix:///PATH; with a certificate also tls:// and wss://. All must have
 *     the same scheme.
 * @param wires Protocols that clients may use. By default gannet; with the artifact gannet-grpc
 *     also http and grpc on the same port, except on WebSockets.
 * @param ssl Encryption.
 * @param reflection Whether every client may list the services.
 * @param health Whether every client may ask for the health of the services, which is the readiness
 *     of the application.
 * @param httpOrigins Origins whose pages may call over HTTP, such as https://example.org.
 * @param drainGrace How long running calls may take when the application stops. Must be shorter
 *     than spring.lifecycle.timeout-per-shutdown-phase.
 * @param maxConnections Maximum number of connections. By default unlimited.
 * @param advertise What the registry tells about this server.
 * @param limits Limits on messages and calls.
 */
public record ServerProperties(
    @Nullable Boolean enabled,
    @Nullable String address,
    @DefaultValue("7000") int port,
    @DefaultValue List<String> listen,
    @DefaultValue List<RpcWire> wires,
    @DefaultValue Ssl ssl,
    @DefaultValue("false") boolean reflection,
    @DefaultValue("true") boolean health,
    @DefaultValue List<String> httpOrigins,
    @DefaultValue("10s") Duration drainGrace,
    @Nullable Integer maxConnections,
    @DefaultValue Advertise advertise,
    @NestedConfigurationProperty @DefaultValue LimitsProperties limits) {

  /**
   * Encryption.
   *
   * @param bundle Name of the SSL bundle with the certificate of the server.
   * @param clientCertificates Whether clients present a certificate, which the trust store of the
   *     bundle must trust.
   */
  public record Ssl(
      @Nullable String bundle, @DefaultValue("none") ClientCertificates clientCertificates) {}

  /**
   * What the registry tells about this server.
   *
   * @param enabled Whether the server registers, if there is a registry.
   * @param service Name of the service, which clients are named after. By default
   *     spring.application.name.
   * @param address Host, optionally with a port, at which clients reach the server. By default
   *     determined from the address it listens on.
   * @param version Version of the service.
   * @param group Group of this instance, such as blue.
   * @param zone Zone of this instance.
   * @param weight Weight relative to other instances.
   * @param metadata Additional data of this instance.
   * @param notice How long the server accepts calls after it has left the registry, so that clients
   *     notice.
   */
  public record Advertise(
      @DefaultValue("true") boolean enabled,
      @Nullable String service,
      @Nullable String address,
      @DefaultValue("") String version,
      @DefaultValue("") String group,
      @DefaultValue("") String zone,
      @DefaultValue("100") int weight,
      @Nullable Map<String, String> metadata,
      @DefaultValue("1s") Duration notice) {

    /** {@return additional data of this instance} */
    @Override
    public Map<String, String> metadata() {
      return metadata == null ? Map.of() : metadata;
    }
  }
}
