package io.gannet.discovery.internal;

import io.gannet.transport.internal.text.FailureLog;

/**
 * The log of events that registries and their clients cause, with one rate limit for all
 * registries.
 */
final class RegistryLog {

  static final FailureLog LOG = new FailureLog("io.gannet.discovery.failures");

  private RegistryLog() {}
}
