package io.gannet.benchmarks.load;

import java.util.HashMap;
import java.util.Map;

/**
 * The options of a load generator; the same as those of the one in C.
 *
 * @param workload echo, sink, fanout, pour, call, stream, churn or idle
 * @param port the port of the server
 * @param server the process id of the server
 * @param size the size of a payload
 * @param depth the messages in flight per connection
 * @param connections the number of connections
 * @param threads the number of the server's sending threads
 * @param rate messages per second, or 0
 * @param warmup the warm-up in seconds
 * @param seconds the duration of the measurement
 */
record LoadOptions(
    String workload,
    int port,
    long server,
    int size,
    int depth,
    int connections,
    int threads,
    double rate,
    double warmup,
    double seconds) {

  /** Whether a server is nearly always busy. RPC servers wait for their clients. */
  boolean keepsServerBusy() {
    return rate == 0 && !workload.equals("call") && !workload.equals("stream");
  }

  static LoadOptions parse(String[] args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      values.put(args[i], args[i + 1]);
    }
    return new LoadOptions(
        values.getOrDefault("--workload", "echo"),
        Integer.parseInt(values.getOrDefault("--port", "0")),
        Long.parseLong(values.getOrDefault("--pid", "0")),
        Integer.parseInt(values.getOrDefault("--size", "64")),
        Integer.parseInt(values.getOrDefault("--depth", "1")),
        Integer.parseInt(values.getOrDefault("--connections", "1")),
        Integer.parseInt(values.getOrDefault("--threads", "1")),
        Double.parseDouble(values.getOrDefault("--rate", "0")),
        Double.parseDouble(values.getOrDefault("--warmup", "1")),
        Double.parseDouble(values.getOrDefault("--seconds", "1")));
  }
}
