package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real ZooKeeper or etcd in a child process on a free port. It can be killed and restarted.
 * Closing it, or the end of the JVM, removes the process and its files. For use by one thread.
 */
public final class RegistryServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String LOOPBACK = "127.0.0.1";

  /** The differences between ZooKeeper and etcd. */
  private interface Kind {
    List<String> command(Path directory, int port) throws IOException;

    /** {@return a request that the server answers once it is ready} */
    String question();

    String answer();
  }

  private final RegistryKind name;
  private final Kind kind;
  private final Path directory;
  private final int port = freePort();
  private final Thread atExit = new Thread(this::killQuietly, "gannet-registry-server-end");
  private volatile @Nullable Process process;

  private RegistryServer(RegistryKind name, Kind kind) {
    this.name = name;
    this.kind = kind;
    try {
      directory = Files.createTempDirectory("gannet-" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param name the kind; not {@link RegistryKind#MEMORY}, which needs no server
   * @return the server
   * @throws CommandFailedException if the server can't be started; the message gives the reason
   * @throws InterruptedException if the thread is interrupted
   */
  public static RegistryServer start(RegistryKind name) throws InterruptedException {
    Kind kind =
        switch (name) {
          case ZOOKEEPER -> new ZooKeeper();
          case ETCD -> new Etcd(EtcdCommand.find(System.getenv()));
          case MEMORY -> throw new IllegalArgumentException("memory needs no server");
        };
    RegistryServer server = new RegistryServer(name, kind);
    try {
      server.start();
      return server;
    } catch (CommandFailedException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** {@return the URI, such as {@code etcd://127.0.0.1:40123}} */
  public String uri() {
    return "%s://%s:%d".formatted(name, LOOPBACK, port);
  }

  /** {@return the directory that holds its data and its log} */
  public Path directory() {
    return directory;
  }

  /** {@return the id of its process} */
  public long pid() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " is not running");
    }
    return running.pid();
  }

  /**
   * Restarts the server with its stored data, and waits until it answers.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void start() throws InterruptedException {
    Path log = directory.resolve("log");
    try {
      process =
          new ProcessBuilder(kind.command(directory, port))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new CommandFailedException("%s can't be started: %s".formatted(name, e), e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      Process started = process;
      boolean ended = started == null || !started.isAlive();
      if (ended || System.nanoTime() - deadline > 0) {
        throw new CommandFailedException(
            "%s %s: %s"
                .formatted(
                    name,
                    ended ? "ended at once" : "was not ready after " + PATIENCE.toSeconds() + " s",
                    lastLine(log)));
      }
      Thread.sleep(20);
    }
  }

  private static String lastLine(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "its log is empty" : lines.getLast();
    } catch (IOException e) {
      return "its log can't be read: " + e;
    }
  }

  private boolean isReady() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write(kind.question().getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(kind.answer().length());
      return new String(answer, StandardCharsets.US_ASCII).equals(kind.answer());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Kills the server with SIGKILL. Its data is kept.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new CommandFailedException("%s can't be killed".formatted(name));
      }
      process = null;
    }
  }

  private void killQuietly() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
    delete();
  }

  private void delete() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // The operating system removes it later.
    }
  }

  /** Kills the server and removes its data. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is already shutting down.
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** ZooKeeper's own server, which is part of the same jar as its client. */
  private static final class ZooKeeper implements Kind {

    private static final String MAIN = "org.apache.zookeeper.server.ZooKeeperServerMain";

    @Override
    public List<String> command(Path directory, int port) throws IOException {
      // Short ticks, because the shortest session timeout is two ticks.
      Path config =
          Files.writeString(
              directory.resolve("zoo.cfg"),
              """
              tickTime=250
              dataDir=%s
              clientPort=%d
              clientPortAddress=%s
              minSessionTimeout=500
              maxSessionTimeout=60000
              maxClientCnxns=0
              admin.enableServer=false
              4lw.commands.whitelist=*
              """
                  .formatted(directory.resolve("data"), port, LOOPBACK));
      return JavaCommand.of(
          List.of("-Xmx256m", "-Dzookeeper.jmx.log4j.disable=true"),
          MAIN,
          List.of(config.toString()));
    }

    @Override
    public String question() {
      return "ruok";
    }

    @Override
    public String answer() {
      return "imok";
    }
  }

  private record Etcd(Path program) implements Kind {

    @Override
    public List<String> command(Path directory, int port) {
      String client = "http://%s:%d".formatted(LOOPBACK, port);
      // No other member connects to it, so the operating system chooses the port.
      String peer = "http://%s:0".formatted(LOOPBACK);
      return List.of(
          program.toString(),
          "--data-dir",
          directory.resolve("data").toString(),
          "--listen-client-urls",
          client,
          "--advertise-client-urls",
          client,
          "--listen-peer-urls",
          peer,
          "--initial-advertise-peer-urls",
          peer,
          "--initial-cluster",
          "default=" + peer);
    }

    @Override
    public String question() {
      return "GET /health HTTP/1.0\r\n\r\n";
    }

    @Override
    public String answer() {
      return "HTTP/1.0 200";
    }
  }
}
