package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcWire;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A client.
 *
 * @param address Addresses of the servers: HOST:PORT, or a URI with tcp, tls, grpc, grpcs, ws, wss
 *     or unix; dns://HOST:PORT for all addresses of a name; self for the server of the same
 *     application. Without one, the servers are found in the registry. Without a registry, it is
 *     the server of the same application, if that offers all that the client calls.
 * @param service Name of the service in the registry. By default the name of the client.
 * @param version Version of the service; only its instances are called.
 * @param group Group of instances to call.
 * @param zone Zone whose instances are called first.
 * @param balancer How to choose the server of a call.
 * @param wire Protocol; grpc:// and grpcs:// in addresses and in the registry imply grpc.
 * @param ssl Encryption.
 * @param timeout Timeout of a call.
 * @param connectionWait How long a call waits for a connection if there is none.
 * @param connections Number of connections to each server.
 * @param drainGrace How long own calls may take when the application stops.
 * @param limits Limits on messages and calls.
 */
public record ClientProperties(
    @DefaultValue List<String> address,
    @Nullable String service,
    @Nullable String version,
    @Nullable String group,
    @Nullable String zone,
    @DefaultValue("least-pending") Balancing balancer,
    @DefaultValue("gannet") RpcWire wire,
    @DefaultValue Ssl ssl,
    @DefaultValue("10s") Duration timeout,
    @DefaultValue("3s") Duration connectionWait,
    @DefaultValue("1") int connections,
    @DefaultValue("10s") Duration drainGrace,
    @NestedConfigurationProperty @DefaultValue LimitsProperties limits) {

  /** The ways to choose the server of a call. */
  public enum Balancing {
    /** The one of two random servers on which fewer calls wait for their reply. */
    LEAST_PENDING,
    /** One after the other. */
    ROUND_ROBIN,
    /** By weight. */
    WEIGHTED,
    /** At random, by weight. */
    RANDOM,
    /** The same server for the same key of a call. */
    CONSISTENT_HASH
  }

  /**
   * Encryption.
   *
   * @param bundle Name of the SSL bundle with the trust store and, for servers that request one,
   *     the certificate of the client. By default, servers with TLS are verified with the trust
   *     store of the JVM.
   * @param allowPlaintext Whether servers without TLS are called although a bundle is set.
   */
  public record Ssl(@Nullable String bundle, @DefaultValue("false") boolean allowPlaintext) {}
}
