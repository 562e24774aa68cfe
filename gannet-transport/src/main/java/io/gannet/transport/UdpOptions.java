package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The UDP options of an endpoint. Immutable.
 *
 * @param amplification servers only: the maximum ratio of the bytes sent to an address to the bytes
 *     received from it, IP and UDP headers included, until the address is
 *     {@linkplain Session#confirmPeer() confirmed}. Further data waits in the session's queue.
 *     Without this limit, an attacker could send small datagrams with a forged source address, and
 *     the server would flood that address. 0 for no limit, for networks with only trusted peers
 * @param ignoresProbes servers only: whether a datagram that contains only {@code connect-ping},
 *     which clients of the Go framework getty send first, is ignored; on by default
 * @param hello clients only: a datagram that is sent automatically when a session opens, so that
 *     the server learns of the session, or its absence is noticed, before the first message; null
 *     for none
 * @param sockets servers only: the number of sockets that listen on each address
 *     ({@code SO_REUSEPORT}), each on its own I/O thread if there are enough; on Linux, the kernel
 *     distributes the peers over them. With more than one, other servers of the same user can also
 *     share the port. More than one can't be combined with groups: each socket receives the
 *     datagrams to a group, and also those to a broadcast address
 * @param broadcasts whether datagrams may be sent to broadcast addresses ({@code SO_BROADCAST})
 * @param groups servers only: the multicast groups whose datagrams are also received; other
 *     programs on the machine may then listen on the same port
 * @param networkInterface servers only: the name of the network interface on which groups are
 *     joined and sent to; null for the first one that supports multicast, and for sending, the
 *     operating system's choice
 * @param multicastTtl the time to live (IPv6: hop limit) of datagrams to multicast groups, 0 to
 *     255. Each router decrements it. 0 keeps them on this machine; 1, the default, in its network
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

  /** The largest payload of an IPv4 datagram, which also fits into IPv6. */
  private static final int LARGEST_DATAGRAM = 65_507;

  private static final UdpOptions DEFAULTS =
      new UdpOptions(3, true, null, 1, false, List.of(), null, 1);

  /**
   * Copies what can change, and checks the arguments. Use {@link #defaults()} and the {@code with}
   * methods rather than this constructor, which changes with every new option.
   */
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

  /** {@return the bytes, in a buffer with its own position} */
  @Override
  public @Nullable ByteBuffer hello() {
    return hello == null ? null : hello.duplicate();
  }

  /**
   * {@return options with an amplification of 3, probes ignored, one socket, multicast in the local
   * network, all else off}
   */
  public static UdpOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the limit on data to addresses that have not been confirmed.
   *
   * @param factor the maximum ratio to the received bytes; 0 for no limit
   * @return the changed options
   */
  public UdpOptions withAmplification(int factor) {
    return new UdpOptions(
        factor, ignoresProbes, hello, sockets, broadcasts, groups, networkInterface, multicastTtl);
  }

  /**
   * Treats {@code connect-ping} like any other message.
   *
   * @return the changed options
   */
  public UdpOptions withProbesAsMessages() {
    return new UdpOptions(
        amplification, false, hello, sockets, broadcasts, groups, networkInterface, multicastTtl);
  }

  /**
   * Sends a datagram from a client whenever a session opens.
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
   * Sends {@code connect-ping} from a client whenever a session opens, like clients of getty.
   * Servers ignore it. If there is no server, the absence is noticed.
   *
   * @return the changed options
   */
  public UdpOptions withProbe() {
    return withHello("connect-ping".getBytes(US_ASCII));
  }

  /**
   * Sets the number of sockets that listen on each address.
   *
   * @param count at least 1; exactly 1 with groups
   * @return the changed options
   * @throws IllegalArgumentException if the number is out of range
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
   * @param group the address of the group
   * @return the changed options
   * @throws IllegalArgumentException if the address isn't that of a multicast group, or there are
   *     several sockets
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
   * Sets the network interface for multicast.
   *
   * @param name the operating system's name of the interface, such as {@code eth0}
   * @return the changed options
   */
  public UdpOptions withNetworkInterface(String name) {
    return new UdpOptions(
        amplification, ignoresProbes, hello, sockets, broadcasts, groups, name, multicastTtl);
  }

  /**
   * Sets the time to live of datagrams to multicast groups.
   *
   * @param ttl 0 for this machine, 1 for its network, one more for each router; at most 255
   * @return the changed options
   * @throws IllegalArgumentException if the value isn't 0 to 255
   */
  public UdpOptions withMulticastTtl(int ttl) {
    return new UdpOptions(
        amplification, ignoresProbes, hello, sockets, broadcasts, groups, networkInterface, ttl);
  }
}
