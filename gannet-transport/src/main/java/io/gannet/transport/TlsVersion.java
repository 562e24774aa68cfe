package io.gannet.transport;

/** The versions of TLS that are spoken. */
public enum TlsVersion {
  /**
   * TLS 1.2. It has no half-closed connections: when the peer says that it has sent everything, what
   * this side has not sent by then can no longer be sent.
   */
  TLS_1_2,
  /** TLS 1.3. */
  TLS_1_3
}
