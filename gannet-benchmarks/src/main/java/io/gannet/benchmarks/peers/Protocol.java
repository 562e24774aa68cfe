package io.gannet.benchmarks.peers;

import java.util.Locale;

/** The transport of messages between the load generator and a server. */
public enum Protocol {
  /** TCP; each message after four bytes with its length. */
  PLAIN(""),
  /** WebSocket on TCP; each message as one binary frame. */
  WEBSOCKET("WebSocket"),
  /** Like {@link #PLAIN}, with TLS 1.3 and AES-128-GCM. */
  TLS("TLS");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /**
   * Finds a protocol.
   *
   * @param id its name on the command line
   * @return the protocol
   * @throws IllegalArgumentException if there is none
   */
  public static Protocol named(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }

  /** {@return the name on the command line} */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the name in a table; empty for plain TCP} */
  public String label() {
    return label;
  }
}
