package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of sockets. A null, or a zero for a number, leaves the choice to the operating
 * system. Options whose system names start with {@code TCP} apply only to TCP. UDP sockets support
 * the buffers, the reuse of ports, DSCP and the device; Unix sockets support the buffers.
 *
 * @param nagle whether a small write waits until earlier data is acknowledged (Nagle's algorithm,
 *     RFC 896); off by default, which sets {@code TCP_NODELAY}
 * @param keepAlive whether the operating system probes a silent peer ({@code SO_KEEPALIVE})
 * @param keepAlivePeriod how long a peer may be silent before it is probed, and the time between
 *     probes ({@code TCP_KEEPIDLE} and {@code TCP_KEEPINTVL}), in whole seconds
 * @param receiveBuffer {@code SO_RCVBUF} in bytes
 * @param sendBuffer {@code SO_SNDBUF} in bytes
 * @param linger {@code SO_LINGER} in whole seconds; zero resets the connection on close and
 *     discards unsent data
 * @param reuseAddress {@code SO_REUSEADDR} of a listening socket, and of a client's socket with a
 *     {@link ClientBuilder#localAddress local address}; on by default
 * @param reusePort {@code SO_REUSEPORT}: several sockets may listen on one port, and the kernel
 *     distributes the connections
 * @param backlog the maximum number of connections that wait to be accepted
 * @param userTimeout {@code TCP_USER_TIMEOUT}: how long sent data may stay unacknowledged before
 *     the operating system closes the connection (RFC 5482); only with {@link Io#EPOLL} and
 *     {@link Io#IO_URING}
 * @param dscp the differentiated services codepoint (RFC 2474), 0 to 63, in the IP header of sent
 *     packets ({@code IP_TOS}, {@code IPV6_TCLASS})
 * @param device the network interface that the socket is bound to ({@code SO_BINDTODEVICE}); only
 *     with {@link Io#EPOLL} and {@link Io#IO_URING}
 */
public record SocketOptions(
    boolean nagle,
    boolean keepAlive,
    @Nullable Duration keepAlivePeriod,
    int receiveBuffer,
    int sendBuffer,
    @Nullable Duration linger,
    boolean reuseAddress,
    boolean reusePort,
    int backlog,
    @Nullable Duration userTimeout,
    int dscp,
    @Nullable String device) {

  private static final int LARGEST_DSCP = 63;

  /** Linux's IFNAMSIZ, less its terminating zero. */
  private static final int LONGEST_DEVICE = 15;

  private static final SocketOptions DEFAULTS =
      new SocketOptions(false, false, null, 0, 0, null, true, false, 1024, null, 0, null);

  /**
   * Checks the arguments. Use {@link #defaults()} and the {@code with} methods rather than this
   * constructor, which changes with every new option.
   */
  public SocketOptions {
    if (receiveBuffer < 0 || sendBuffer < 0 || backlog < 0) {
      throw new IllegalArgumentException(
          "receiveBuffer (%d), sendBuffer (%d) and backlog (%d) must not be negative"
              .formatted(receiveBuffer, sendBuffer, backlog));
    }
    if (keepAlivePeriod != null && keepAlivePeriod.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "keepAlivePeriod must be at least one second: " + keepAlivePeriod);
    }
    if (linger != null && linger.isNegative()) {
      throw new IllegalArgumentException("linger must not be negative: " + linger);
    }
    if (userTimeout != null
        && (userTimeout.toMillis() < 1 || userTimeout.toMillis() > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "userTimeout must be 1 ms to %d ms: %s".formatted(Integer.MAX_VALUE, userTimeout));
    }
    if (dscp < 0 || dscp > LARGEST_DSCP) {
      throw new IllegalArgumentException(
          "dscp must be 0 to %d, without the two bits of ECN: %d".formatted(LARGEST_DSCP, dscp));
    }
    if (device != null && (device.isEmpty() || device.getBytes(UTF_8).length > LONGEST_DEVICE)) {
      throw new IllegalArgumentException(
          "device must be the name of a network interface, of 1 to %d bytes: %s"
              .formatted(LONGEST_DEVICE, device));
    }
  }

  /**
   * {@return options with no delay, address reuse and a backlog of 1,024; the rest are the
   * operating system's defaults}
   */
  public static SocketOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Lets a small write wait until earlier data is acknowledged (Nagle's algorithm, RFC 896), which
   * saves packets and costs latency. Doesn't set {@code TCP_NODELAY}.
   *
   * @return the changed options
   */
  public SocketOptions withNagle() {
    return new SocketOptions(
        true,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Enables {@code SO_KEEPALIVE}.
   *
   * @param period how long a peer may be silent before it is probed, and the time between probes
   * @return the changed options
   */
  public SocketOptions withKeepAlive(Duration period) {
    return new SocketOptions(
        nagle,
        true,
        period,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Sets the sizes of the operating system's buffers.
   *
   * @param receive {@code SO_RCVBUF} in bytes
   * @param send {@code SO_SNDBUF} in bytes
   * @return the changed options
   */
  public SocketOptions withBuffers(int receive, int send) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receive,
        send,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Enables {@code SO_LINGER}.
   *
   * @param time how long a close may wait for the peer; zero resets the connection
   * @return the changed options
   */
  public SocketOptions withLinger(Duration time) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        time,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Sets {@code SO_REUSEPORT}, so that several sockets may listen on one port.
   *
   * @return the changed options
   */
  public SocketOptions withReusePort() {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        true,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Doesn't set {@code SO_REUSEADDR}, so that a port can't be bound again while the operating
   * system still remembers connections of its last listener.
   *
   * @return the changed options
   */
  public SocketOptions withoutReuseAddress() {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        false,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Sets the maximum number of connections that wait to be accepted.
   *
   * @param connections the maximum
   * @return the changed options
   */
  public SocketOptions withBacklog(int connections) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        connections,
        userTimeout,
        dscp,
        device);
  }

  /**
   * Sets {@code TCP_USER_TIMEOUT}. A server or client with this option can be started only with
   * {@link Io#EPOLL} or {@link Io#IO_URING}.
   *
   * @param timeout how long sent data may stay unacknowledged, 1 ms to {@link Integer#MAX_VALUE} ms
   * @return the changed options
   */
  public SocketOptions withUserTimeout(Duration timeout) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        timeout,
        dscp,
        device);
  }

  /**
   * Marks sent packets for routers that distinguish classes of traffic.
   *
   * @param codepoint the differentiated services codepoint, 0 to 63, such as 46 for expedited
   *     forwarding
   * @return the changed options
   */
  public SocketOptions withDscp(int codepoint) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        codepoint,
        device);
  }

  /**
   * Binds sockets to a network interface, on which they send and receive regardless of the routes.
   * A server or client with this option can be started only with {@link Io#EPOLL} or
   * {@link Io#IO_URING}.
   *
   * @param networkInterface the name of the interface, such as {@code eth1}
   * @return the changed options
   */
  public SocketOptions withDevice(String networkInterface) {
    return new SocketOptions(
        nagle,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog,
        userTimeout,
        dscp,
        networkInterface);
  }
}
