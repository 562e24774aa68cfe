package io.gannet.cli.internal.cluster;

import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.StopSignals;
import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.Server;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * A provider of the cluster, in a process of its own. Prints on standard output:
 *
 * <pre>
 * listening PORT
 * registered          with a registry
 * stopped CALLS       after a SIGTERM, when it has left, drained and stopped
 * </pre>
 */
@Command(name = "demo-provider", hidden = true, description = "A provider of the demo.")
public final class ProviderCommand implements Callable<Integer> {

  /** The name under which the providers are registered. */
  static final String SERVICE = "Shop";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;

  @Option(names = "--registry")
  private @Nullable String registry;

  @Parameters(index = "0")
  private String name;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public ProviderCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.withoutRegistries();
    PrintWriter out = spec.commandLine().getOut();
    Shopkeeper shop = new Shopkeeper(name);
    try (StopSignals signals = StopSignals.install()) {
      RpcServer server =
          RpcServer.over(Server.tcp("127.0.0.1", 0)).service(Shop.class, shop).start();
      out.println("listening " + server.port());
      if (registry == null) {
        signals.await();
        server.close();
      } else {
        try (Registry open = Registry.open(registry)) {
          Registration registration =
              open.advertise(server, Advertising.of(SERVICE).withZone(name));
          registration.awaitRegistered(PATIENCE);
          out.println("registered");
          signals.await();
          // Unregisters, waits until consumers have noticed, drains, and stops.
          server.close();
        }
      }
    }
    out.println("stopped " + shop.calls.sum());
    return 0;
  }

  private static final class Shopkeeper implements Shop {

    private final String name;
    private final LongAdder calls = new LongAdder();

    Shopkeeper(String name) {
      this.name = name;
    }

    @Override
    public String order(String order) {
      calls.increment();
      String confirmed =
          CallContext.current().orElseThrow().peer().proxy(Buyer.class).confirm(order);
      return "%s %s %s".formatted(name, order, confirmed);
    }

    @Override
    public String price(String item) {
      calls.increment();
      return "%s %s".formatted(name, item);
    }
  }
}
