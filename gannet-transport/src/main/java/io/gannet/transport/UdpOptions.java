package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint uses UDP. Immutable.
 *
 * @param amplification servers only: so many times the bytes that have come from an address may be sent
 *     to it, headers of IP and UDP included, before it has been {@linkplain Session#confirmPeer()
 *     confirmed}; what is above that waits in the session's queue. Otherwise whoever writes a victim's
 *     address on a small datagram has the server flood the victim. 0 for any amount, where the network
 *     has only trusted peers
 * @param ignoresProbes servers only: whether a datagram that is {@code connect-ping} and nothing else,
 *     which clients of the Go framework getty send first, is ignored; on by default
 * @param hello clients only: a datagram that is sent by itself when a session opens, so that the server
 *     learns of it, or its absence shows, before there is something to say; null for none
 * @param sockets servers only: how many sockets listen on each address together ({@code SO_REUSEPORT}),
 *     on an I/O thread each if there are so many; on Linux the kernel spreads the peers over them. More
 *     than one also lets other servers of the same user share the port, and can't be combined with groups:
 *     what is sent to many comes to each socket, also what is sent to a broadcast address
 * @param broadcasts whether datagrams may be sent to broadcast addresses ({@code SO_BROADCAST})
 * @param groups servers only: the multicast groups whose datagrams are received too; other programs on
 *     the machine may then listen on the same port
 * @param networkInterface servers only: the name of the network interface on which groups are joined and
 *     sent to; null for the first that can, and for sending what the operating system chooses
 * @param multicastTtl the time to live (IPv6: hop limit) of datagrams to multicast groups, 0 to 255; each
 *     router on the way takes one off. 0 keeps them on this machine; 1, the default, in its network
 */
public record UdpOptions(
    int amplification,
    boolean ignoresProbes,
    @Nullable ByteBuffer hello,
    int sockets,
    boolean broadcasts,
    List<InetAddress> groups,
    @Nullable String networkInterface,
    int multicastTtl) {

  /** The most that fits into a datagram of IPv4, and so of either version. */
  private static final int LARGEST_DATAGRAM = 65_507;

  private static final UdpOptions DEFAULTS =
      new UdpOptions(3, true, null, 1, false, List.of(), null, 1);

  /** Copies what can change, and checks the arguments. */
  public UdpOptions {
    groups = List.copyOf(groups);
    if (amplification < 0) {
      throw new IllegalArgumentException("amplification must not be negative: " + amplification);
    }
    if (multicastTtl < 0 || multicastTtl > 255) {
      throw new IllegalArgumentException("multicastTtl must be 0 to 255: " + multicastTtl);
    }
    if (sockets < 1) {
      throw new IllegalArgumentException("sockets must be at least 1: " + sockets);
    }
    if (sockets > 1 && !groups.isEmpty()) {
      throw new IllegalArgumentException(
          "sockets must be 1 with multicast groups, because each socket would receive every"
              + " datagram: "
              + sockets);
    }
    for (InetAddress group : groups) {
      if (!group.isMulticastAddress()) {
        throw new IllegalArgumentException("not a multicast group: " + group.getHostAddress());
      }
    }
    if (hello != null) {
      if (!hello.hasRemaining()) {
        throw new IllegalArgumentException("hello must not be empty");
      }
      if (hello.remaining() > LARGEST_DATAGRAM) {
        throw new IllegalArgumentException(
            "hello has %d bytes; a datagram carries at most %d"
                .formatted(hello.remaining(), LARGEST_DATAGRAM));
      }
      hello =
          ByteBuffer.allocate(hello.remaining()).put(hello.duplicate()).flip().asReadOnlyBuffer();
    }
  }

  /** {@return the bytes, at whose position nobody else can move} */
  @Override
  public @Nullable ByteBuffer hello() {
    return hello == null ? null : hello.duplicate();
  }

  /**
   * {@return an amplification of 3, probes ignored, one socket, multicast in the own network, all else off}
   */
  public static UdpOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Changes how much may be sent to addresses that have not been confirmed.
   *
   * @param factor how many times what came from them; 0 for any amount
   * @return the changed options
   */
  public UdpOptions withAmplification(int factor) {
    return new UdpOptions(
        factor, ignoresProbes, hello, sockets, broadcasts, groups, networkInterface, multicastTtl);
  }

  /**
   * Takes {@code connect-ping} for a message like any other.
   *
   * @return the changed options
   */
  public UdpOptions withProbesAsMessages() {
    return new UdpOptions(
        amplification, false, hello, sockets, broadcasts, groups, networkInterface, multicastTtl);
  }

  /**
   * Has a client send a datagram whenever a session opens.
   *
   * @param datagram its bytes, at least one; copied
   * @return the changed options
   */
  public UdpOptions withHello(byte[] datagram) {
    return new UdpOptions(
        amplification,
        ignoresProbes,
        ByteBuffer.wrap(datagram),
        sockets,
        broadcasts,
        groups,
        networkInterface,
        multicastTtl);
  }

  /**
   * Has a client send {@code connect-ping} whenever a session opens, as clients of getty do. Servers
   * ignore it; where there is none, that shows.
   *
   * @return the changed options
   */
  public UdpOptions withProbe() {
    return withHello("connect-ping".getBytes(US_ASCII));
  }

  /**
   * Changes how many sockets listen on each address.
   *
   * @param count at least 1; no more with groups
   * @return the changed options
   * @throws IllegalArgumentException if it is not that
   */
  public UdpOptions withSockets(int count) {
    return new UdpOptions(
        amplification,
        ignoresProbes,
        hello,
        count,
        broadcasts,
        groups,
        networkInterface,
        multicastTtl);
  }

  /**
   * Allows sending to broadcast addresses.
   *
   * @return the changed options
   */
  public UdpOptions withBroadcasts() {
    return new UdpOptions(
        amplification, ignoresProbes, hello, sockets, true, groups, networkInterface, multicastTtl);
  }

  /**
   * Joins one more multicast group.
   *
   * @param group its address
   * @return the changed options
   * @throws IllegalArgumentException if it is not that of a group, or there are several sockets
   */
  public UdpOptions withGroup(InetAddress group) {
    List<InetAddress> all = new ArrayList<>(groups);
    all.add(group);
    return new UdpOptions(
        amplification,
        ignoresProbes,
        hello,
        sockets,
        broadcasts,
        all,
        networkInterface,
        multicastTtl);
  }

  /**
   * Chooses the network interface for multicast.
   *
   * @param name as the operating system calls it, such as {@code eth0}
   * @return the changed options
   */
  public UdpOptions withNetworkInterface(String name) {
    return new UdpOptions(
        amplification, ignoresProbes, hello, sockets, broadcasts, groups, name, multicastTtl);
  }

  /**
   * Changes how far datagrams to multicast groups go.
   *
   * @param ttl 0 for this machine, 1 for its network, one more for each router on the way; at most 255
   * @return the changed options
   * @throws IllegalArgumentException if it is not 0 to 255
   */
  public UdpOptions withMulticastTtl(int ttl) {
    return new UdpOptions(
        amplification, ignoresProbes, hello, sockets, broadcasts, groups, networkInterface, ttl);
  }
}
