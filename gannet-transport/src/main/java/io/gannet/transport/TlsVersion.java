package io.gannet.transport;

/** The supported versions of TLS. */
public enum TlsVersion {
  /**
   * TLS 1.2. It doesn't support half-closed connections: when the peer closes its direction, this
   * side can no longer send its remaining data.
   */
  TLS_1_2,
  /** TLS 1.3. */
  TLS_1_3
}
