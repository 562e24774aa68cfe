package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Checks that the settings of servers and clients share. */
final class TlsChecks {

  private static final int MAX_PROTOCOL = 255;

  private TlsChecks() {}

  static Set<TlsVersion> versions(Collection<TlsVersion> versions) {
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("the TLS versions must not be empty");
    }
    return Set.copyOf(versions);
  }

  static List<String> applicationProtocols(List<String> protocols) {
    for (String protocol : protocols) {
      int length = protocol.getBytes(UTF_8).length;
      if (length < 1 || length > MAX_PROTOCOL) {
        throw new IllegalArgumentException(
            "an application protocol must have 1 to %d bytes: \"%s\""
                .formatted(MAX_PROTOCOL, protocol));
      }
    }
    return List.copyOf(protocols);
  }

  static void notNegative(Duration reloadPeriod) {
    if (reloadPeriod.isNegative()) {
      throw new IllegalArgumentException("reloadPeriod must not be negative: " + reloadPeriod);
    }
  }
}
