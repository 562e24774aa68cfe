package io.gannet.soak.internal.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Repeated measurements of a duration. */
final class Durations {

  private final List<Long> nanos = new ArrayList<>();

  void add(long took) {
    nanos.add(took);
  }

  Duration longest() {
    return Duration.ofNanos(nanos.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  private Duration median() {
    return Duration.ofNanos(nanos.stream().sorted().toList().get(nanos.size() / 2));
  }

  @Override
  public String toString() {
    return nanos.isEmpty()
        ? "never"
        : "median %d ms, longest %d ms (of %d)"
            .formatted(median().toMillis(), longest().toMillis(), nanos.size());
  }
}
