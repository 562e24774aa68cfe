package io.gannet.testkit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What this process holds at one moment, to find out later what was left over.
 *
 * <p>Heap and direct memory are never exactly what they were: caches and pools keep some. Take the first snapshot when the
 * code has run once, and allow for some growth.
 *
 * @param openFiles open file descriptors; -1 where the platform doesn't tell
 * @param threads the live platform threads: how many there are of each name, digits left out
 * @param heapBytes the heap in use after a garbage collection
 * @param directBytes the direct memory that Netty's default allocator has reserved
 */
public record ResourceSnapshot(
    long openFiles, Map<String, Integer> threads, long heapBytes, long directBytes) {
  private static final int SLACK_FILES = 3;

  /**
   * Takes a snapshot. Runs the garbage collector.
   *
   * @return what the process holds now
   */
  public static ResourceSnapshot take() {
    System.gc();
    return new ResourceSnapshot(openFilesNow(), threadsNow(), heapNow(), directNow());
  }

  /**
   * How many threads there are whose names begin so.
   *
   * @param prefix of the name, without digits
   * @return the number of live platform threads
   */
  public int threads(String prefix) {
    return threads.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /**
   * Asserts that nothing which was opened since this snapshot is still there, and waits for that.
   *
   * @param memoryGrowth by how many bytes the heap, and direct memory, may have grown
   * @param within how long to wait
   * @throws AssertionError that lists what is left over
   */
  public void assertNothingLeftOver(long memoryGrowth, Duration within) {
    try {
      Awaitility.await()
          .atMost(within)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> leftOver(take(), memoryGrowth).isEmpty());
    } catch (ConditionTimeoutException e) {
      List<String> left = leftOver(take(), memoryGrowth);
      if (!left.isEmpty()) {
        throw new AssertionError("left over after " + within + ": " + String.join("; ", left), e);
      }
    }
  }

  private List<String> leftOver(ResourceSnapshot now, long memoryGrowth) {
    List<String> left = new ArrayList<>();
    if (now.openFiles > openFiles + SLACK_FILES) {
      left.add((now.openFiles - openFiles) + " file descriptors (" + openFiles + " before)");
    }
    now.threads.forEach((name, count) -> {
      int more = count - threads.getOrDefault(name, 0);
      if (more > 0 && !ownedByTheJvm(name)) {
        left.add(more + " threads '" + name + "'");
      }
    });
    if (now.heapBytes > heapBytes + memoryGrowth) {
      left.add("%,d bytes of heap (%,d before)".formatted(now.heapBytes - heapBytes, heapBytes));
    }
    if (now.directBytes > directBytes + memoryGrowth) {
      left.add(
          "%,d bytes of direct memory (%,d before)"
              .formatted(now.directBytes - directBytes, directBytes));
    }
    return left;
  }

  /** Threads that the JDK, or what runs the tests, starts when it likes. */
  private static boolean ownedByTheJvm(String name) {
    return name.startsWith("ForkJoinPool")
        || name.startsWith("VirtualThread-")
        || name.startsWith("awaitility-")
        || name.startsWith("Attach Listener")
        || name.startsWith("process reaper")
        || name.startsWith("JFR ")
        || name.endsWith("-poller-")
        || name.endsWith("-Poller");
  }

  private static long openFilesNow() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : -1;
  }

  private static Map<String, Integer> threadsNow() {
    return Thread.getAllStackTraces().keySet().stream()
        .collect(
            groupingBy(thread -> thread.getName().replaceAll("\\d+", ""), summingInt(thread -> 1)));
  }

  private static long heapNow() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long directNow() {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
        ? provider.metric().usedDirectMemory()
        : -1;
  }
}
