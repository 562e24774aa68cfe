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
 * The resources of this process at one moment, for detecting leaks later.
 *
 * <p>Heap and direct memory are never exactly the same again, because caches and pools keep some.
 * Take the first snapshot after the code has run once, and allow for some growth.
 *
 * @param openFiles open file descriptors; -1 if the platform doesn't report them
 * @param threads the number of live platform threads per name, without digits
 * @param heapBytes the heap in use after a garbage collection
 * @param directBytes the direct memory that Netty's default allocator has reserved
 */
public record ResourceSnapshot(
    long openFiles, Map<String, Integer> threads, long heapBytes, long directBytes) {
  private static final int SLACK_FILES = 3;

  /**
   * Takes a snapshot. Runs the garbage collector.
   *
   * @return the current resources
   */
  public static ResourceSnapshot take() {
    System.gc();
    return new ResourceSnapshot(openFilesNow(), threadsNow(), heapNow(), directNow());
  }

  /**
   * Returns the number of threads whose names start with a prefix.
   *
   * @param prefix the prefix, without digits
   * @return the number of live platform threads
   */
  public int threads(String prefix) {
    return threads.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /**
   * Asserts that all resources opened since this snapshot have been released. Waits for it.
   *
   * @param memoryGrowth the allowed growth of the heap, and of direct memory, in bytes
   * @param within the maximum time to wait
   * @throws AssertionError with a list of the remaining resources
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

  /** {@return whether the JDK or the test runner starts threads with this name at any time} */
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
