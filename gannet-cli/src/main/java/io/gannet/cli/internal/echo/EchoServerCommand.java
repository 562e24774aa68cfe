package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.IoOptions;
import io.gannet.cli.internal.common.ListenOptions;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.cli.internal.common.Version;
import io.gannet.transport.EventLoops;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends back every message until it is stopped. */
@Command(
    name = "echo-server",
    description = {
      "Sends back every message.",
      "",
      "Prints \"listening URI\" with the real port once it is bound. SIGTERM or SIGINT stops it"
          + " gracefully: sent answers are delivered. A second signal stops at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class EchoServerCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(EchoServerCommand.class);

  /**
   * A send on an I/O thread can't wait for room, so the queue is larger. If even this queue fills
   * up, the session is closed, because dropping an answer would be worse.
   */
  private static final int EVENT_LOOP_QUEUE = 64 * 1024 * 1024;

  @Spec private CommandSpec spec;

  @Mixin private ListenOptions listen = new ListenOptions();

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      converter = EchoCodec.Converter.class,
      defaultValue = "length",
      description =
          "The message format: ${COMPLETION-CANDIDATES}. length means bytes after a 4-byte"
              + " big-endian length. Default: ${DEFAULT-VALUE}.")
  private EchoCodec codec = EchoCodec.LENGTH;

  @Option(
      names = "--dispatch",
      paramLabel = "KIND",
      converter = DispatchKind.Converter.class,
      defaultValue = "virtual",
      description =
          "The threads that handle messages: ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private DispatchKind dispatch = DispatchKind.VIRTUAL;

  @Mixin private IoOptions io = new IoOptions();

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public EchoServerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    serve(codec.format(listen.address().scheme()));
    return 0;
  }

  private <M> void serve(EchoFormat<M> format) throws InterruptedException {
    ServerTotals totals = new ServerTotals();
    try (StopSignals signals = StopSignals.install();
        EventLoops loops = io.start()) {
      Server<M> server = start(format, loops, totals);
      PrintWriter out = spec.commandLine().getOut();
      out.println("listening " + listen.address().withPort(server::port));
      out.flush();
      LOG.info("{}, {} dispatch, {} on {} threads", codec, dispatch, loops.io(), loops.threads());
      signals.await();
      signals.atSecond(() -> server.stop(StopMode.NOW));
      StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
      PrintWriter err = spec.commandLine().getErr();
      err.println(totals.describe(report));
      err.flush();
    }
  }

  /** {@return whether the page of a protocol can reach a WebSocket of this server} */
  private boolean hasPage() {
    String path = listen.address().path();
    return path.isEmpty() || path.equals("/echo");
  }

  private <M> Server<M> start(EchoFormat<M> format, EventLoops loops, ServerTotals totals) {
    ServerBuilder<M> builder =
        listen
            .listen(hasPage() ? format.page() : null)
            .codec(format.codec())
            .name("echo")
            .dispatch(dispatch.dispatch())
            .eventLoops(loops)
            .observer(totals)
            .listener(new EchoingListener<>(format.server()));
    listen.applyTo(builder);
    if (dispatch == DispatchKind.EVENT_LOOP) {
      builder.outboundQueue(EVENT_LOOP_QUEUE, EVENT_LOOP_QUEUE / 2).queuePolicy(QueuePolicy.CLOSE);
    }
    return builder.start();
  }
}
