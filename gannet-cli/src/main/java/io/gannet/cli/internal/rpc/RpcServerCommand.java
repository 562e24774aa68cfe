package io.gannet.cli.internal.rpc;

import io.gannet.cli.internal.common.IoOptions;
import io.gannet.cli.internal.common.ListenOptions;
import io.gannet.cli.internal.common.Refusals;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.cli.internal.common.Version;
import io.gannet.examples.rpc.DemoServices;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.EventLoops;
import io.gannet.transport.StopMode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Offers the demo services until it is stopped. */
@Command(
    name = "rpc-server",
    description = {
      "Offers the demo services: EchoService with echo, sum, fail, sleep, ticks and callMeBack.",
      "",
      "Prints \"listening URI\" with the real port once it is bound. SIGTERM or SIGINT stops it"
          + " gracefully: running calls complete, new calls are refused. A second signal stops at"
          + " once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class RpcServerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ListenOptions listen = new ListenOptions();

  @Option(
      names = "--wire",
      paramLabel = "WIRE",
      converter = ServerWire.Converter.class,
      description =
          "The only protocol: ${COMPLETION-CANDIDATES}; getty is the protocol of the Go framework."
              + " Default: gannet, grpc and http on one port; gannet alone on ws:// and wss://,"
              + " and with --compress.")
  private @Nullable ServerWire wire;

  @Mixin private IoOptions io = new IoOptions();

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public RpcServerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try (StopSignals signals = StopSignals.install();
        EventLoops loops = io.start()) {
      RpcServer server = start(loops);
      PrintWriter out = spec.commandLine().getOut();
      out.println("listening " + listen.address().withPort(server::port));
      out.flush();
      signals.await();
      signals.atSecond(() -> server.stop(StopMode.NOW));
      server.stop(StopMode.DRAIN_AND_WAIT);
    }
    return 0;
  }

  private RpcServer start(EventLoops loops) {
    RpcServerBuilder builder =
        Refusals.asArguments(
            spec,
            () ->
                RpcServer.over(listen.listen(null))
                    .transport(transport -> {
                      transport.name("rpc").eventLoops(loops);
                      listen.applyTo(transport);
                    })
                    .reflection()
                    .health(service -> true));
    if (wire != null) {
      if ((wire == ServerWire.GRPC || wire == ServerWire.HTTP) && !listen.takesSeveralProtocols()) {
        throw new ParameterException(
            spec.commandLine(),
            "--wire %s is for tcp://, tls:// and unix://, without --compress".formatted(wire));
      }
      builder.wire(wire.wire);
    } else if (listen.takesSeveralProtocols()) {
      // HTTP first: curl and browsers negotiate it in TLS, rather than HTTP/2
      builder.wire(RpcWire.GANNET, RpcWire.HTTP, RpcWire.GRPC);
    }
    return DemoServices.offer(builder).start();
  }
}
