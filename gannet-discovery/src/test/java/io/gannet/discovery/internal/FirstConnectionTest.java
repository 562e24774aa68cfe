package io.gannet.discovery.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.Directory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log and status before the first connection, while no thread waits for it. */
class FirstConnectionTest {

  @Test
  void theReasonForNoConnectionIsInEveryStatusAndLoggedLessAndLessOften() {
    ScriptedDriver driver = new ScriptedDriver(true);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try (DefaultRegistry registry =
        driver.open(RegistryOptions.defaults().withStartTimeout(Duration.ZERO))) {
      Directory early = registry.watch("Greeter");
      IllegalStateException cause = new IllegalStateException("wrong pass\u001b[31mword");
      // All registries of the process share a limit of a few lines in a second, so the line may
      // come late.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            driver.run(() -> {
              for (int i = 0; i < 100; i++) {
                driver.core().disconnected(cause);
              }
            });
            return log.toString(UTF_8).contains("wrong pass");
          });
      Directory late = registry.watch("Other");
      driver.settle();
      assertThat(registry.status().cause()).isSameAs(cause);
      assertThat(early.status().cause()).isSameAs(cause);
      assertThat(late.status().cause()).isSameAs(cause);
      List<String> lines =
          log.toString(UTF_8).lines().filter(line -> line.contains("wrong pass")).toList();
      assertThat(lines)
          .hasSizeBetween(1, 20)
          .allMatch(line -> line.contains("wrong pass?[31mword"));
      driver.connect("s1");
      driver.settle();
      assertThat(registry.status().cause()).isNull();
    } finally {
      System.setErr(before);
    }
  }
}
