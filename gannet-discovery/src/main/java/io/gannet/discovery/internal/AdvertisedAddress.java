package io.gannet.discovery.internal;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.RegistryUri;
import io.gannet.rpc.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address at which consumers reach a server on this machine. */
final class AdvertisedAddress {

  /** Determines which address of this machine is used towards a server. */
  @FunctionalInterface
  interface Routes {
    InetAddress localTowards(InetAddress server) throws IOException;
  }

  /** The port that a datagram socket is connected to, which sends nothing; any port works. */
  private static final int ANY_PORT = 9;

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>\\[[^\\]]*]|[^:/\\[\\]]+)(?<port>:[0-9]{1,5}(/.*)?)?");

  private final Advertising said;
  private final RegistryUri registry;
  private final Routes routes;

  AdvertisedAddress(Advertising said, RegistryUri registry) {
    this(said, registry, AdvertisedAddress::asksTheSystem);
  }

  AdvertisedAddress(Advertising said, RegistryUri registry, Routes routes) {
    this.said = said;
    this.registry = registry;
    this.routes = routes;
  }

  private static InetAddress asksTheSystem(InetAddress server) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(server, ANY_PORT));
      return socket.getLocalAddress();
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  /**
   * Creates the instance of a server.
   *
   * @param addresses the addresses that the server listens on
   * @throws IllegalStateException if consumers couldn't reach the server; the message says what to
   *     do
   */
  Instance of(List<SocketAddress> addresses) {
    @Nullable InetSocketAddress bound = null;
    for (SocketAddress address : addresses) {
      if (bound == null && address instanceof InetSocketAddress inet) {
        bound = inet;
      }
    }
    boolean isUnix = bound == null || "unix".equals(said.protocol());
    String protocol = said.protocol() == null ? (isUnix ? "unix" : "tcp") : said.protocol();
    return Instance.of(
            said.service(), protocol, isUnix ? unix(addresses) : inet(bound) + said.path())
        .withVersion(said.version())
        .withGroup(said.group())
        .withZone(said.zone())
        .withWeight(said.weight())
        .withMetadata(said.metadata());
  }

  private String unix(List<SocketAddress> addresses) {
    String explicit = said.address();
    if (explicit != null) {
      return explicit;
    }
    for (SocketAddress address : addresses) {
      if (!(address instanceof InetSocketAddress)) {
        return address.toString();
      }
    }
    throw new IllegalStateException("the server does not listen on a Unix socket: " + addresses);
  }

  private String inet(@Nullable InetSocketAddress bound) {
    String explicit = said.address();
    if (explicit != null && hasPort(explicit)) {
      return explicit;
    }
    if (bound == null) {
      throw new IllegalStateException("the server does not listen on a port");
    }
    String host = explicit == null ? text(reachable(bound.getAddress())) : explicit;
    return host + ":" + bound.getPort();
  }

  /** {@return whether a configured address has a port} Throws if the address isn't usable. */
  private static boolean hasPort(String explicit) {
    Matcher parts = HOST_AND_PORT.matcher(explicit);
    if (!parts.matches()) {
      throw new IllegalStateException(
          ("\"%s\" is not a host with an optional port, such as 10.0.0.5, greeter.internal:7000 or"
                  + " [fd00::5]:7000 (Advertising.withAddress)")
              .formatted(explicit));
    }
    if (isEverywhere(parts.group("host"))) {
      throw new IllegalStateException(
          "%s is an address to listen on, not one to connect to (Advertising.withAddress)"
              .formatted(explicit));
    }
    return parts.group("port") != null;
  }

  private static boolean isEverywhere(String host) {
    if (!host.startsWith("[")) {
      return host.equals("0.0.0.0");
    }
    try {
      return InetAddress.getByName(host).isAnyLocalAddress(); // brackets aren't resolved
    } catch (IOException e) {
      return false; // for example a zone of another machine
    }
  }

  private InetAddress reachable(InetAddress bound) {
    if (!bound.isAnyLocalAddress() && !isOfThisMachine(bound)) {
      return bound;
    }
    @Nullable InetAddress towards = towardsRegistry();
    if (!bound.isAnyLocalAddress()) {
      if (towards != null) {
        throw new IllegalStateException(
            ("the server listens on %s, which only this machine can reach, but %s is on another"
                    + " machine: bind the server to another address, or set its address"
                    + " (Advertising.withAddress)")
                .formatted(bound.getHostAddress(), registry));
      }
      return bound;
    }
    if (towards == null) {
      return InetAddress.getLoopbackAddress();
    }
    return bound instanceof Inet4Address && towards instanceof Inet6Address
        ? version4Of(towards)
        : towards;
  }

  /**
   * {@return whether only this machine can use the address: a loopback address, or one with a zone}
   */
  private static boolean isOfThisMachine(InetAddress address) {
    return address.isLoopbackAddress()
        || (address instanceof Inet6Address && address.isLinkLocalAddress());
  }

  /**
   * {@return the address of this machine's interface towards the registry; null if the registry is
   * local}
   */
  private @Nullable InetAddress towardsRegistry() {
    @Nullable IOException problem = null;
    for (RegistryUri.Host host : registry.hosts()) {
      try {
        InetAddress server = InetAddress.getByName(host.name());
        InetAddress local = routes.localTowards(server);
        boolean isRemote =
            !server.isLoopbackAddress() && !local.isLoopbackAddress() && !local.isAnyLocalAddress();
        if (isRemote && !isOfThisMachine(local)) {
          return local;
        } else if (isRemote) {
          problem =
              new IOException(
                  local.getHostAddress()
                      + " is the local address, which is"
                      + " reachable only on its link");
        }
      } catch (IOException e) {
        problem = e;
      }
    }
    if (problem != null) {
      throw new IllegalStateException(
          ("can't determine which address of this machine reaches %s: %s; set the address"
                  + " (Advertising.withAddress)")
              .formatted(registry, problem),
          problem);
    }
    return null;
  }

  /** {@return an IPv4 address, because the server doesn't listen on IPv6} */
  private InetAddress version4Of(InetAddress address) {
    try {
      NetworkInterface card = NetworkInterface.getByInetAddress(address);
      if (card != null) {
        for (InetAddress other : card.inetAddresses().toList()) {
          if (other instanceof Inet4Address && !other.isLoopbackAddress()) {
            return other;
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("can't determine the addresses of this machine", e);
    }
    throw new IllegalStateException(
        ("the server listens only on IPv4, but %s is reached over IPv6: bind the server to ::, or"
                + " set its address (Advertising.withAddress)")
            .formatted(registry));
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return text;
    }
    int zone = address.isLinkLocalAddress() ? -1 : text.indexOf('%');
    return "[" + (zone < 0 ? text : text.substring(0, zone)) + "]";
  }
}
