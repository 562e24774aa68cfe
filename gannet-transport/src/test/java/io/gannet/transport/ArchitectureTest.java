package io.gannet.transport;

import io.gannet.testkit.ArchitectureRules;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES) // it does nothing but compute
class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check(
        "io.gannet.transport",
        60,
        Set.of(
            "ClientConnection", // at the 1st, 2nd, 4th, 8th … failure
            "FailureLog",
            "NettyServer", // at the 1st, 2nd, 4th, 8th … rejection
            "ProcessShutdown", // what signals and users do
            "Renewed", // what files do
            "UnixSocketFile",
            "Watchdog", // what listeners do, five times in a second for each I/O thread
            "WireDump" // for whoever has asked for it
            ));
  }
}
