package io.gannet.discovery.internal;

import io.gannet.transport.internal.text.FailureLog;

/** Where is logged what registries and those who write to them cause, bounded for all registries together. */
final class RegistryLog {

  static final FailureLog LOG = new FailureLog("io.gannet.discovery.failures");

  private RegistryLog() {}
}
