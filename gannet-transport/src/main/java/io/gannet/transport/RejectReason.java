package io.gannet.transport;

/** Why a server turned a connection away before it became a session. */
public enum RejectReason {
  /** There are as many sessions as {@link ServerBuilder#maxSessions} allows. */
  MAX_SESSIONS,
  /** More connections came than {@link ServerBuilder#acceptRate} allows. */
  ACCEPT_RATE,
  /** {@link ServerBuilder#ipFilter} said no. */
  IP_FILTER,
  /**
   * The peer had reset the connection before there was a session. On some I/O nobody knows then who it
   * was, and it is let in nowhere.
   */
  GONE,
  /** The handshake failed; {@link TransportObserver#handshakeFailed} tells why. */
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
