package io.gannet.discovery;

import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a registry is to say of a server, see {@link Registry#advertise}.
 *
 * <p>Consumers must be able to connect to the address. Unless {@link #withAddress} says another, it is the one
 * that the server is bound to; and if that is all of the machine's, the one of the interface towards the
 * registry, or the loopback address if the registry is on this machine or in this process.
 *
 * @param service the name of the service
 * @param version of the service, or empty
 * @param group of instances that belong together, or empty
 * @param zone where it runs, or empty
 * @param weight how much it should get beside others, see {@link Instance#weight()}
 * @param protocol how to reach it, see {@link Instance#protocol()}; null for {@code tcp}, or {@code unix} if
 *     the server listens on a Unix socket
 * @param address where it is: a host, with the server's port then, or all of it; null for what is said above
 * @param path of a WebSocket, with its slash, or empty
 * @param metadata whatever else there is to know
 * @param notice how long the server goes on to take calls after it has left, so that consumers have seen it
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

  /** Checks and copies the arguments. */
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
   * The service of a server, with a normal weight, an address that is found by itself, and a notice of 1 s.
   *
   * @param service the name of the service
   * @return what is said
   */
  public static Advertising of(String service) {
    return new Advertising(
        service, "", "", "", Instance.NORMAL_WEIGHT, null, null, "", Map.of(), NOTICE);
  }

  /**
   * Says the version.
   *
   * @param said the version
   * @return the changed advertising
   */
  public Advertising withVersion(String said) {
    return new Advertising(
        service, said, group, zone, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Says the group.
   *
   * @param said the group
   * @return the changed advertising
   */
  public Advertising withGroup(String said) {
    return new Advertising(
        service, version, said, zone, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Says the zone.
   *
   * @param said the zone
   * @return the changed advertising
   */
  public Advertising withZone(String said) {
    return new Advertising(
        service, version, group, said, weight, protocol, address, path, metadata, notice);
  }

  /**
   * Says the weight.
   *
   * @param said the weight
   * @return the changed advertising
   */
  public Advertising withWeight(int said) {
    return new Advertising(
        service, version, group, zone, said, protocol, address, path, metadata, notice);
  }

  /**
   * Says the protocol, which must be said for {@code tls}, {@code ws} and {@code wss}: a server doesn't tell.
   *
   * @param said the protocol
   * @return the changed advertising
   */
  public Advertising withProtocol(String said) {
    return new Advertising(
        service, version, group, zone, weight, said, address, path, metadata, notice);
  }

  /**
   * Says the address, where consumers reach the server by another than it could find.
   *
   * @param said a host, or a host and a port; one of IPv6 in brackets
   * @return the changed advertising
   */
  public Advertising withAddress(String said) {
    return new Advertising(
        service, version, group, zone, weight, protocol, said, path, metadata, notice);
  }

  /**
   * Says the path of a WebSocket.
   *
   * @param said the path, with its slash
   * @return the changed advertising
   */
  public Advertising withPath(String said) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, said, metadata, notice);
  }

  /**
   * Says what else there is to know.
   *
   * @param said the metadata
   * @return the changed advertising
   */
  public Advertising withMetadata(Map<String, String> said) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, path, said, notice);
  }

  /**
   * Chooses how long the server goes on to take calls after it has left. It is part of how long {@link
   * RpcServer#stop} takes, and at most as long as its drain may take.
   *
   * @param time 1 s by default; zero for not at all
   * @return the changed advertising
   */
  public Advertising withNotice(Duration time) {
    return new Advertising(
        service, version, group, zone, weight, protocol, address, path, metadata, time);
  }
}
