package io.gannet.discovery;

import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The registry entry of a server, see {@link Registry#advertise}.
 *
 * <p>Consumers must be able to connect to the address. By default it is the address that the server
 * is bound to. If the server is bound to all addresses, it is the address of the interface towards
 * the registry, or the loopback address if the registry is on this machine or in this process.
 * {@link #withAddress} sets another address.
 *
 * @param service the name of the service
 * @param version the version of the service, or empty
 * @param group the group of the instance, or empty
 * @param zone the zone of the instance, or empty
 * @param weight the weight relative to other instances, see {@link Instance#weight()}
 * @param protocol the protocol, see {@link Instance#protocol()}; null for {@code tcp}, or
 *     {@code unix} if the server listens on a Unix socket
 * @param address the address: a host, to which the server's port is added, or a host with a port;
 *     null for the default described above
 * @param path the path of a WebSocket, with its slash, or empty
 * @param metadata additional data
 * @param notice how long the server continues to accept calls after it has left the registry, so
 *     that consumers notice
 */
public record Advertising(
    String service,
    String version,
    String group,
    String zone,
    int weight,
    @Nullable String protocol,
    @Nullable String address,
    String path,
    Map<String, String> metadata,
    Duration notice) {

  private static final Duration NOTICE = Duration.ofSeconds(1);

  /**
   * Checks and copies the arguments. Use {@link #of(String)} and the {@code with} methods rather
   * than this constructor, which changes with every new option.
   */
  public Advertising {
    Objects.requireNonNull(service, "service");
    metadata = Map.copyOf(metadata);
    if (notice.isNegative()) {
      throw new IllegalArgumentException("notice must not be negative: " + notice);
    }
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException("path must begin with a slash: " + path);
    }
  }

  /**
   * Creates an entry with the normal weight, an automatically determined address, and a notice of 1
   * s.
   *
   * @param service the name of the service
   * @return the entry
   */
  public static Advertising of(String service) {
    return new Advertising(
        service, "", "", "", Instance.NORMAL_WEIGHT, null, null, "", Map.of(), NOTICE);
  }

  /**
   * Sets the version.
   *
   * @param value the version
   * @return the changed advertising
   */
  public Advertising withVersion(String value) {
    return new Advertising(
        service, value, group, zone, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Sets the group.
   *
   * @param value the group
   * @return the changed advertising
   */
  public Advertising withGroup(String value) {
    return new Advertising(
        service, version, value, zone, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Sets the zone.
   *
   * @param value the zone
   * @return the changed advertising
   */
  public Advertising withZone(String value) {
    return new Advertising(
        service, version, group, value, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Sets the weight.
   *
   * @param value the weight
   * @return the changed advertising
   */
  public Advertising withWeight(int value) {
    return new Advertising(
        service, version, group, zone, value, protocol, address, path, metadata, notice);
  }

  /**
   * Sets the protocol. Required for {@code tls}, {@code ws} and {@code wss}, because the protocol
   * of a server can't be determined.
   *
   * @param value the protocol
   * @return the changed advertising
   */
  public Advertising withProtocol(String value) {
    return new Advertising(
        service, version, group, zone, weight, value, address, path, metadata, notice);
  }

  /**
   * Sets the address, if consumers reach the server by another address than the default.
   *
   * @param value a host, or a host and a port; an IPv6 address in brackets
   * @return the changed advertising
   */
  public Advertising withAddress(String value) {
    return new Advertising(
        service, version, group, zone, weight, protocol, value, path, metadata, notice);
  }

  /**
   * Sets the path of a WebSocket.
   *
   * @param value the path, with its slash
   * @return the changed advertising
   */
  public Advertising withPath(String value) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, value, metadata, notice);
  }

  /**
   * Sets additional data.
   *
   * @param value the metadata
   * @return the changed advertising
   */
  public Advertising withMetadata(Map<String, String> value) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, path, value, notice);
  }

  /**
   * Sets how long the server continues to accept calls after it has left the registry. This is part
   * of the duration of {@link RpcServer#stop}, and limited by the duration of its drain.
   *
   * @param value 1 s by default; zero for no delay
   * @return the changed advertising
   */
  public Advertising withNotice(Duration value) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, path, metadata, value);
  }
}
