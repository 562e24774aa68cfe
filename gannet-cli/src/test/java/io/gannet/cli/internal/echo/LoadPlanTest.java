package io.gannet.cli.internal.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadPlanTest {

  private static LoadPlan plan(long count, int connections, long rate) {
    return new LoadPlan(count, 64, connections, 1, rate, Duration.ofSeconds(1));
  }

  @Test
  void everyMessageBelongsToOneConnection() {
    LoadPlan plan = plan(10, 3, 0);
    Set<Long> numbers = new HashSet<>();
    for (int connection = 0; connection < 3; connection++) {
      for (long index = 0; index < plan.share(connection); index++) {
        assertThat(numbers.add(plan.number(connection, index))).isTrue();
      }
    }
    assertThat(numbers).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void messagesAreDueEvenlyAlsoLateInALongRun() {
    LoadPlan plan = plan(Long.MAX_VALUE, 1, 1000);
    assertThat(plan.dueNanos(0)).isZero();
    assertThat(plan.dueNanos(1)).isEqualTo(1_000_000);
    assertThat(plan.dueNanos(1_000_000_000_001L)).isEqualTo(1_000_000_000_001_000_000L);
  }

  @Test
  void dueCountIsTheNumberOfElapsedIntervals() {
    LoadPlan plan = plan(100, 1, 1000);
    assertThat(plan.dueCount(0)).isEqualTo(1);
    assertThat(plan.dueCount(999_999)).isEqualTo(1);
    assertThat(plan.dueCount(1_000_000)).isEqualTo(2);
    assertThat(plan.dueCount(1_000_000_000_000L)).isEqualTo(100);
  }
}
