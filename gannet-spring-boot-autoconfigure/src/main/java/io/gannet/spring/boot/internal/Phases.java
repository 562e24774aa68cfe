package io.gannet.spring.boot.internal;

import org.springframework.context.SmartLifecycle;

/**
 * The order in which parts start, and stop in reverse. Requests of Spring's web server may make
 * calls, so clients stop after it, and calls may use whatever has a lower phase.
 *
 * <p>The web server drains at {@code DEFAULT_PHASE - 1024} and stops at {@code DEFAULT_PHASE -
 * 2048}.
 */
final class Phases {

  /** The clients can be used: they stop after both servers. */
  static final int CLIENTS = SmartLifecycle.DEFAULT_PHASE - 3072;

  /** The server, at the same time as the drain of the web server. */
  static final int SERVER = SmartLifecycle.DEFAULT_PHASE - 1024;

  /** The clients connect, possibly to the server of the same application. */
  static final int CONNECT = SmartLifecycle.DEFAULT_PHASE - 512;

  private Phases() {}
}
