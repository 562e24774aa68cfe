package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.ResourceSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand callers while everything breaks, for ten seconds or for {@code
 * -Dgannet.chaos.seconds}; {@code ./soak rpc-chaos} runs for a minute. The report is in {@code
 * target/chaos.txt}.
 */
class ChaosTest {

  private static final int CALLERS = 1_000;
  private static final int SECONDS = Integer.getInteger("gannet.chaos.seconds", 10);
  private static final int SECONDS_AT_MOST = 3_600;
  private static final long MEMORY = 64 << 20;

  @Test
  @Timeout(value = SECONDS_AT_MOST, unit = TimeUnit.SECONDS)
  void everyCallEndsOnceAndInTimeAndReleasesEverything() throws Exception {
    long seed = Long.getLong("gannet.chaos.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    new Chaos(seed, 0, new ChaosReport()).close(); // what the JVM needs for that, it keeps
    ResourceSnapshot before = ResourceSnapshot.take();
    ChaosReport report = new ChaosReport();
    try (Chaos chaos = new Chaos(seed, CALLERS, report)) {
      chaos.run(Duration.ofSeconds(SECONDS));
      await().atMost(Duration.ofSeconds(10)).until(() -> chaos.leftOver() == 0);
      chaos.compare();
    } finally {
      String text =
          "%d callers for %d s, seed %d (-Dgannet.chaos.seed)%n%s"
              .formatted(CALLERS, SECONDS, seed, report);
      Files.writeString(Path.of("target", "chaos.txt"), text);
      System.out.print(text);
    }
    assertThat(report.problems()).isEmpty();
    assertThat(report.calls("echo", "ok")).isPositive();
    before.assertNothingLeftOver(MEMORY, Duration.ofSeconds(30));
  }
}
