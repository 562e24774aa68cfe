package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.Address;
import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.ConnectOptions;
import io.gannet.cli.internal.common.IoOptions;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.cli.internal.common.Version;
import io.gannet.transport.EventLoops;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Loads an echo server, verifies every answer, measures. */
@Command(
    name = "echo-client",
    description = {
      "Loads an echo server, verifies every answer byte for byte, and measures.",
      "",
      "Prints totals at the end or when interrupted. Exit codes: 0 no errors, 1 errors, 130"
          + " interrupted."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class EchoClientCommand implements Callable<Integer> {

  private static final int INTERRUPTED = 130;
  private static final long MAX_WINDOW_BYTES = 1L << 30;

  /**
   * The largest payload that fits into a datagram together with the few bytes that a codec adds.
   */
  private static final int MAX_UDP_SIZE = 65_507 - Integer.BYTES;

  @Spec private CommandSpec spec;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      converter = EchoCodec.Converter.class,
      defaultValue = "length",
      description =
          "The message format: ${COMPLETION-CANDIDATES}. Must be the same as the server's. Default:"
              + " ${DEFAULT-VALUE}.")
  private EchoCodec codec = EchoCodec.LENGTH;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10000",
      description = "The number of messages over all connections. Default: ${DEFAULT-VALUE}.")
  private long count;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "The size of each payload in bytes. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1",
      description = "The number of connections. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "1",
      description = "The number of requests in flight per connection. Default: ${DEFAULT-VALUE}.")
  private int inFlight;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "The number of messages per second over all connections; 0 for as many as possible. With a"
            + " rate, latency is measured from the time when a message was due, so that a stall of"
            + " the server shows in every message that it delayed. Default: ${DEFAULT-VALUE}."
      })
  private long rate;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "The maximum time until an answer, in seconds. Default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Mixin private IoOptions io = new IoOptions();

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public EchoClientCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.onlyErrors();
    LoadPlan plan = plan();
    return run(plan, format());
  }

  private EchoFormat<?> format() {
    return codec.format(connect.address().scheme());
  }

  private LoadPlan plan() {
    atLeast("--count", 1, count);
    atLeast("--size", 1, size);
    atLeast("--connections", 1, connections);
    atLeast("--in-flight", 1, inFlight);
    atLeast("--rate", 0, rate);
    atLeast("--timeout", 1, timeout);
    int maxSize = format().maxSize();
    check(
        size <= maxSize,
        "--size must be at most %d for --codec %s: %d".formatted(maxSize, codec, size));
    check(
        size <= MAX_UDP_SIZE || connect.address().scheme() != Address.Scheme.UDP,
        "--size must be at most %d for udp://: %d".formatted(MAX_UDP_SIZE, size));
    check(
        (long) inFlight * size <= MAX_WINDOW_BYTES,
        "--in-flight times --size must be at most %d bytes: %d"
            .formatted(MAX_WINDOW_BYTES, (long) inFlight * size));
    return new LoadPlan(
        count,
        size,
        // A connection without a message would measure nothing.
        (int) Math.min(connections, count),
        inFlight,
        rate,
        Duration.ofSeconds(timeout));
  }

  private void atLeast(String option, long least, long value) {
    check(value >= least, "%s must be at least %d: %d".formatted(option, least, value));
  }

  private void check(boolean ok, String message) {
    if (!ok) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private <M> int run(LoadPlan plan, EchoFormat<M> format) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    LoadRun<M> run = new LoadRun<>(plan, connect, format, err::println);
    LoadReport report;
    boolean interrupted;
    try (StopSignals signals = StopSignals.install();
        EventLoops loops = io.start()) {
      signals.atFirst(run::cancel);
      signals.atSecond(() -> Runtime.getRuntime().halt(INTERRUPTED));
      report = run.run(loops);
      interrupted = signals.received();
    }
    out.println(report.describe());
    out.flush();
    if (interrupted) {
      return INTERRUPTED;
    }
    return report.errors() == 0 ? 0 : 1;
  }
}
