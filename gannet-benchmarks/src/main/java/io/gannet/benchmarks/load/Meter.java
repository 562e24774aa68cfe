package io.gannet.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Processor times at one moment.
 *
 * @param nanos the moment
 * @param server the time of the server's threads
 * @param user ticks of the server outside the kernel
 * @param system ticks of the server in the kernel
 * @param load the time of this process
 * @param busy busy ticks of each core
 * @param stolen stolen ticks of each core
 */
record Meter(
    long nanos,
    long server,
    long user,
    long system,
    long load,
    List<Long> busy,
    List<Long> stolen) {

  private static final int USER = 11;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  static Meter read(long server) {
    try {
      List<Long> busy = new ArrayList<>();
      List<Long> stolen = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
        if (line.matches("cpu[0-9].*")) {
          String[] fields = line.split(" ", -1);
          stolen.add(Long.parseLong(fields[8]));
          busy.add(IntStream.of(1, 2, 3, 6, 7, 8).mapToLong(i -> Long.parseLong(fields[i])).sum());
        }
      }
      String stat = Files.readString(Path.of("/proc/" + server + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new Meter(
          System.nanoTime(),
          serverNanos(server),
          Long.parseLong(fields[USER]),
          Long.parseLong(fields[USER + 1]),
          SYSTEM.getProcessCpuTime(),
          busy,
          stolen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long serverNanos(long server) throws IOException {
    long sum = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + server + "/task"))) {
      for (Path task : (Iterable<Path>) tasks::iterator) {
        try {
          sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
        } catch (NoSuchFileException e) {
          // The thread has ended.
        }
      }
    }
    return sum;
  }

  static void print(Meter from, Meter to) {
    System.out.println("ns " + (to.nanos - from.nanos));
    System.out.println("serverCpuNs " + (to.server - from.server));
    System.out.println("serverUserTicks " + (to.user - from.user));
    System.out.println("serverSystemTicks " + (to.system - from.system));
    System.out.println("loadCpuNs " + (to.load - from.load));
    System.out.println("busyTicks " + difference(from.busy, to.busy));
    System.out.println("stolenTicks " + difference(from.stolen, to.stolen));
  }

  private static String difference(List<Long> from, List<Long> to) {
    return IntStream.range(0, to.size())
        .mapToObj(i -> String.valueOf(to.get(i) - from.get(i)))
        .collect(Collectors.joining(" "));
  }
}
