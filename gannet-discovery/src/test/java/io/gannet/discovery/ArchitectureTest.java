package io.gannet.discovery;

import io.gannet.testkit.ArchitectureRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.discovery", 26);
  }

  @Test
  void whatPeersCauseIsLoggedByTheOneWayThatBoundsIt() {
    ArchitectureRules.checkLogging("io.gannet.discovery", Set.of());
  }
}
