package io.gannet.benchmarks.peers;

import java.util.Locale;

/** How messages travel between the load generator and a server. */
public enum Protocol {
  /** On TCP, each behind four bytes with its length. */
  PLAIN(""),
  /** Each as one binary frame of WebSocket on TCP. */
  WEBSOCKET("WebSocket"),
  /** As {@link #PLAIN}, in TLS 1.3 with AES-128-GCM. */
  TLS("TLS");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /**
   * Finds one.
   *
   * @param id its name on a command line
   * @return it
   * @throws IllegalArgumentException if there is none
   */
  public static Protocol named(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }

  /**
   * {@return the name on a command line}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the name in a table; empty for what is the rule}
   */
  public String label() {
    return label;
  }
}
