package io.gannet.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The report of a run of {@link Chaos}. Thread-safe. */
final class ChaosReport {

  /** The number of problems that are reported in full. */
  private static final int SHOWN = 20;

  private final Map<String, LongAdder> calls = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> faults = new ConcurrentSkipListMap<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final AtomicInteger problemCount = new AtomicInteger();
  private final AtomicLong lateness = new AtomicLong();
  private final AtomicLong machineLag = new AtomicLong();

  void call(String kind, String outcome) {
    calls.computeIfAbsent(kind + " " + outcome, key -> new LongAdder()).increment();
  }

  void fault(String what) {
    faults.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  /** A violation. */
  void problem(String what) {
    if (problemCount.incrementAndGet() <= SHOWN) {
      problems.add(what);
    }
  }

  /** The time from a call's deadline to its end. */
  void late(long nanos) {
    lateness.accumulateAndGet(nanos, Math::max);
  }

  /** The delay of a thread that isn't involved in calls. */
  void lag(long nanos) {
    machineLag.accumulateAndGet(nanos, Math::max);
  }

  Duration machineLag() {
    return Duration.ofNanos(machineLag.get());
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** {@return the number of calls with this outcome} */
  long calls(String kind, String outcome) {
    LongAdder count = calls.get(kind + " " + outcome);
    return count == null ? 0 : count.sum();
  }

  long calls() {
    return calls.values().stream().mapToLong(LongAdder::sum).sum();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%,d calls%n".formatted(calls()));
    calls.forEach((name, count) -> text.append("  %-40s %,10d%n".formatted(name, count.sum())));
    text.append("faults%n".formatted());
    faults.forEach((name, count) -> text.append("  %-40s %,10d%n".formatted(name, count.sum())));
    text.append(
        "at most %,d ms after its deadline a call had ended; the machine itself was up to %,d ms late%n"
            .formatted(lateness.get() / 1_000_000, machineLag.get() / 1_000_000));
    problems.forEach(problem -> text.append("PROBLEM: %s%n".formatted(problem)));
    text.append("%d problems%n".formatted(problemCount.get()));
    return text.toString();
  }
}
