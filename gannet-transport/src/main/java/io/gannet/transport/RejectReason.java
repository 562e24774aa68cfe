package io.gannet.transport;

/** The reasons why a server rejects a connection before it becomes a session. */
public enum RejectReason {
  /** The server has as many sessions as {@link ServerBuilder#maxSessions} allows. */
  MAX_SESSIONS,
  /**
   * The address has as many sessions as {@link ServerBuilder#maxSessionsPerAddress} allows.
   */
  MAX_SESSIONS_PER_ADDRESS,
  /** More connections arrived than {@link ServerBuilder#acceptRate} allows. */
  ACCEPT_RATE,
  /** {@link ServerBuilder#ipFilter} rejected the address. */
  IP_FILTER,
  /**
   * The peer reset the connection before it became a session. On some I/O mechanisms its address is
   * then unknown, and the connection is always rejected.
   */
  GONE,
  /** The handshake failed; {@link TransportObserver#handshakeFailed} reports the cause. */
  HANDSHAKE_FAILED,
  /** The handshake took longer than {@link EndpointBuilder#handshakeTimeout} allows. */
  HANDSHAKE_TIMEOUT,
  /** {@link EndpointBuilder#setup} threw. */
  SETUP_FAILED,
  /** {@link SessionListener#onOpen} threw. */
  REFUSED,
  /** The server is stopping. */
  STOPPING
}
