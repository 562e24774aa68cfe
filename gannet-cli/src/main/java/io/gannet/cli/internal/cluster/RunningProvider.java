package io.gannet.cli.internal.cluster;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.process.ChildProcess;
import io.gannet.cli.internal.process.JavaCommand;
import io.gannet.discovery.Registry;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider in a process of its own. That process can't reach a registry in memory, so the
 * provider is then registered from this process, with a registry session that ends when the
 * provider exits.
 */
public final class RunningProvider implements AutoCloseable {

  /**
   * How long to wait for consumers to notice that an instance has left, if the provider itself
   * doesn't wait.
   */
  private static final Duration NOTICE = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final ChildProcess process;
  private final @Nullable Registry registeredHere;
  private final int port;

  private RunningProvider(
      String name, ChildProcess process, @Nullable Registry registeredHere, int port) {
    this.name = name;
    this.process = process;
    this.registeredHere = registeredHere;
    this.port = port;
  }

  /**
   * Starts a provider and waits until it is registered.
   *
   * @param name the name of the provider
   * @param registry the URI of the registry
   * @return the provider
   * @throws CommandFailedException if the provider can't be started
   * @throws InterruptedException if the thread is interrupted
   */
  static RunningProvider start(String name, String registry) throws InterruptedException {
    boolean inMemory = registry.startsWith("memory:");
    List<String> args = new ArrayList<>(List.of("demo-provider", name));
    if (!inMemory) {
      args.addAll(List.of("--registry", registry));
    }
    ChildProcess process = ChildProcess.start(name, JavaCommand.gannet(args));
    try {
      int port = Integer.parseInt(process.await("listening"));
      if (!inMemory) {
        process.await("registered");
        return new RunningProvider(name, process, null, port);
      }
      Registry here = Registry.open(registry);
      here.register(Instance.of(ProviderCommand.SERVICE, "tcp", "127.0.0.1:" + port).withZone(name))
          .awaitRegistered(PATIENCE);
      return new RunningProvider(name, process, here, port);
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  /** {@return the name of the provider} */
  public String name() {
    return name;
  }

  /** {@return the port} */
  public int port() {
    return port;
  }

  /** Kills the provider with SIGKILL. */
  public void kill() {
    process.kill();
    if (registeredHere != null) {
      registeredHere.close();
    }
  }

  /**
   * Stops the provider gracefully with SIGTERM: it unregisters, waits until consumers have noticed,
   * and drains.
   *
   * @return the number of handled calls
   * @throws CommandFailedException if the exit code isn't 0
   * @throws InterruptedException if the thread is interrupted
   */
  public long drain() throws InterruptedException {
    if (registeredHere != null) {
      registeredHere.close();
      Thread.sleep(NOTICE);
    }
    process.terminate();
    long calls = Long.parseLong(process.await("stopped"));
    int code = process.awaitExit();
    if (code != 0) {
      throw new CommandFailedException("%s ended with exit code %d".formatted(name, code));
    }
    return calls;
  }

  @Override
  public void close() {
    process.close();
    if (registeredHere != null) {
      registeredHere.close();
    }
  }
}
