package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of a process, tested in a separate one. */
class ShutdownTest {

  private static final Duration SOON = Duration.ofSeconds(50);

  /** A server, and an object that prints the server's state when it is closed after it. */
  static final class Program {

    private Program() {}

    /** The first argument is the grace period in milliseconds, the second an additional action. */
    public static void main(String[] args) throws Exception {
      CountDownLatch never = new CountDownLatch(1);
      Shutdown[] shutdown = new Shutdown[1];
      Server<String> server =
          Server.tcp("127.0.0.1", 0)
              .codec(Codecs.lines())
              .drainGrace(Duration.ofMinutes(1))
              .onMessage((session, text) -> {
                switch (text) {
                  case "hold" -> {
                    System.out.println("held");
                    never.await();
                  }
                  case "begin" -> shutdown[0].begin();
                  case "exit" -> Thread.ofPlatform().daemon().start(() -> System.exit(3));
                  default -> session.send(text);
                }
              })
              .start();
      AutoCloseable failing =
          () -> {
            throw new IllegalStateException("oops");
          };
      AutoCloseable last =
          () -> System.out.println("last closed, server running: " + server.isRunning());
      shutdown[0] =
          Shutdown.onSignal(Duration.ofMillis(Long.parseLong(args[0])), server, failing, last);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      if (args[1].equals("taken back")) {
        shutdown[0].close();
      }
      System.out.println("port " + server.port());
      server.whenStopped().toCompletableFuture().join();
      System.out.println("main returns");
    }
  }

  private static ChildJvm start(Duration grace, String what) {
    return ChildJvm.of(Program.class)
        .jvmOptions("-Dorg.slf4j.simpleLogger.defaultLogLevel=info")
        .arguments(Long.toString(grace.toMillis()), what)
        .start();
  }

  private static RawPeer connect(ChildJvm child) {
    return RawPeer.connect(Integer.parseInt(child.awaitLine("^port (\\d+)", SOON).group(1)));
  }

  private static void send(RawPeer peer, String line) {
    peer.write((line + "\n").getBytes(UTF_8));
  }

  private static void signal(ChildJvm child, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start().waitFor();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void aSignalClosesAllInOrderAndTheProcessEndsAsUsualThen(String signal, int exitCode)
      throws Exception {
    try (ChildJvm child = start(SOON, "");
        RawPeer peer = connect(child)) {
      send(peer, "hello");
      assertThat(peer.readExactly(6)).isEqualTo("hello\n".getBytes(UTF_8));

      signal(child, signal);
      assertThat(peer.readToEnd()).isEmpty();
      peer.shutdownOutput();

      child.awaitLine("could not be closed", SOON);
      assertThat(child.awaitExit(SOON)).isEqualTo(exitCode);
      assertThat(child.output())
          .containsSubsequence("last closed, server running: false", "hook")
          .contains("main returns")
          .anyMatch(line -> line.contains("SIG" + signal));
    }
  }

  @Test
  void aSecondSignalEndsTheProcessAtOnce() throws Exception {
    try (ChildJvm child = start(SOON, "");
        RawPeer peer = connect(child)) {
      send(peer, "hold");
      child.awaitLine("^held", SOON);
      child.terminate();
      child.awaitLine("SIGTERM: closing", SOON);

      child.terminate();

      assertThat(child.awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
      assertThat(child.output()).noneMatch(line -> line.startsWith("last closed"));
    }
  }

  @Test
  void theProcessEndsAfterTheGraceEvenIfSessionsRemain() throws Exception {
    try (ChildJvm child = start(Duration.ofMillis(200), "");
        RawPeer peer = connect(child)) {
      send(peer, "hold");
      child.awaitLine("^held", SOON);

      child.terminate();

      child.awaitLine("within PT0.2S", SOON);
      assertThat(child.awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
    }
  }

  @Test
  void exitStopsTheEndpointsAndKeepsTheExitCode() {
    try (ChildJvm child = start(SOON, "");
        RawPeer peer = connect(child)) {
      send(peer, "exit");
      assertThat(peer.readToEnd()).isEmpty();
      peer.shutdownOutput();

      assertThat(child.awaitExit(SOON)).isEqualTo(3);
      assertThat(child.output()).contains("last closed, server running: false");
    }
  }

  @Test
  void aCallbackMayStartTheShutdown() {
    try (ChildJvm child = start(SOON, "");
        RawPeer peer = connect(child)) {
      send(peer, "begin");
      assertThat(peer.readToEnd()).isEmpty();
      peer.shutdownOutput();

      assertThat(child.awaitExit(SOON)).isZero();
      assertThat(child.output()).contains("last closed, server running: false", "main returns");
    }
  }

  @Test
  void aRemovedShutdownDoesNothing() {
    try (ChildJvm child = start(SOON, "taken back")) {
      child.awaitLine("^port", SOON);

      child.terminate();

      assertThat(child.awaitExit(SOON)).isEqualTo(143);
      assertThat(child.output()).noneMatch(line -> line.startsWith("last closed"));
    }
  }

  @Test
  void anInvalidGraceIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Shutdown.onSignal(Duration.ZERO));
  }
}
