package io.gannet.soak.internal.loss;

import io.gannet.cli.internal.common.IoOptions;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Server;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.codec.Codecs;
import java.io.PrintWriter;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The server of a round, in its own process. Reports to the soak on standard output:
 *
 * <pre>
 * listening PORT
 * left CLIENT received COUNTS   a client has closed its session
 * sent CLIENT drained COUNTS    for each client, after the stop; or "cut"
 * stopped DRAINED CUT UNSENT
 * </pre>
 */
@Command(
    name = "zero-loss-server",
    hidden = true,
    description = "The server of a round of zero-loss.")
public final class ServerCommand implements Callable<Integer> {

  /**
   * Small buffers, so that data stays in transit for a long time when a server stops, but a slow
   * client has no more of it than it can read during a drain.
   */
  static final SocketOptions SOCKETS = SocketOptions.defaults().withBuffers(64 * 1024, 64 * 1024);

  @Spec private CommandSpec spec;

  @Option(names = "--event-loop")
  private boolean eventLoop;

  @Mixin private IoOptions io = new IoOptions();

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public ServerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Queue<SoakListener> listeners = new ConcurrentLinkedQueue<>();
    try (StopSignals signals = StopSignals.install();
        EventLoops loops = io.start()) {
      Server<byte[]> server =
          Server.tcp("127.0.0.1", 0)
              .codec(Codecs.lengthPrefixed())
              .dispatch(eventLoop ? Dispatch.eventLoop() : Dispatch.virtual())
              .eventLoops(loops)
              .socketOptions(SOCKETS)
              .listenerPerSession(() -> {
                SoakListener listener = new SoakListener(out, !eventLoop);
                listeners.add(listener);
                return listener;
              })
              .start();
      out.println("listening " + server.port());
      signals.await();
      StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
      for (SoakListener listener : listeners) {
        listener.report();
      }
      out.println(
          "stopped %d %d %d".formatted(report.drained(), report.cut(), report.unsentBytes()));
    }
    return 0;
  }
}
