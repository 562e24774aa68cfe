package io.gannet.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of TCP sockets. A null, or a zero for a number, leaves the choice to the operating
 * system.
 *
 * @param noDelay whether small writes leave at once ({@code TCP_NODELAY}); on by default
 * @param keepAlive whether the operating system probes a silent peer ({@code SO_KEEPALIVE})
 * @param keepAlivePeriod how long a peer is silent before it is probed, and the time between probes
 *     ({@code TCP_KEEPIDLE} and {@code TCP_KEEPINTVL}), in whole seconds
 * @param receiveBuffer {@code SO_RCVBUF} in bytes
 * @param sendBuffer {@code SO_SNDBUF} in bytes
 * @param linger {@code SO_LINGER} in whole seconds; zero resets the connection on close, and with it
 *     what has not been sent
 * @param reuseAddress {@code SO_REUSEADDR} of a listening socket; on by default
 * @param reusePort {@code SO_REUSEPORT}: several sockets may listen on one port, and the kernel
 *     spreads the connections
 * @param backlog how many connections may wait to be accepted
 */
public record SocketOptions(
    boolean noDelay,
    boolean keepAlive,
    @Nullable Duration keepAlivePeriod,
    int receiveBuffer,
    int sendBuffer,
    @Nullable Duration linger,
    boolean reuseAddress,
    boolean reusePort,
    int backlog) {

  private static final SocketOptions DEFAULTS =
      new SocketOptions(true, false, null, 0, 0, null, true, false, 1024);

  /** Checks the arguments. */
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
  }

  /**
   * {@return no delay, address reuse, a backlog of 1,024, all else as the operating system has it}
   */
  public static SocketOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Changes {@code TCP_NODELAY}.
   *
   * @param on whether small writes leave at once
   * @return the changed options
   */
  public SocketOptions withNoDelay(boolean on) {
    return new SocketOptions(
        on,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        backlog);
  }

  /**
   * Switches {@code SO_KEEPALIVE} on.
   *
   * @param period how long a peer is silent before it is probed, and the time between probes
   * @return the changed options
   */
  public SocketOptions withKeepAlive(Duration period) {
    return new SocketOptions(
        noDelay, true, period, receiveBuffer, sendBuffer, linger, reuseAddress, reusePort, backlog);
  }

  /**
   * Changes the sizes of the operating system's buffers.
   *
   * @param receive {@code SO_RCVBUF} in bytes
   * @param send {@code SO_SNDBUF} in bytes
   * @return the changed options
   */
  public SocketOptions withBuffers(int receive, int send) {
    return new SocketOptions(
        noDelay,
        keepAlive,
        keepAlivePeriod,
        receive,
        send,
        linger,
        reuseAddress,
        reusePort,
        backlog);
  }

  /**
   * Switches {@code SO_LINGER} on.
   *
   * @param time how long a close may wait for the peer; zero resets the connection
   * @return the changed options
   */
  public SocketOptions withLinger(Duration time) {
    return new SocketOptions(
        noDelay,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        time,
        reuseAddress,
        reusePort,
        backlog);
  }

  /**
   * Changes {@code SO_REUSEPORT}.
   *
   * @param on whether several sockets may listen on one port
   * @return the changed options
   */
  public SocketOptions withReusePort(boolean on) {
    return new SocketOptions(
        noDelay,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        on,
        backlog);
  }

  /**
   * Changes {@code SO_REUSEADDR}.
   *
   * @param on whether a port can be listened on again right after its last listener ended
   * @return the changed options
   */
  public SocketOptions withReuseAddress(boolean on) {
    return new SocketOptions(
        noDelay,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        on,
        reusePort,
        backlog);
  }

  /**
   * Changes how many connections may wait to be accepted.
   *
   * @param connections how many
   * @return the changed options
   */
  public SocketOptions withBacklog(int connections) {
    return new SocketOptions(
        noDelay,
        keepAlive,
        keepAlivePeriod,
        receiveBuffer,
        sendBuffer,
        linger,
        reuseAddress,
        reusePort,
        connections);
  }
}
