package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that need a separate process: signals and exit codes. */
class ProcessTest {

  private static final Duration SOON = Duration.ofMinutes(2);

  private static ChildJvm start(String... args) {
    // The launcher passes the same options. A JDK before 23 doesn't know the last one, and is told
    // to ignore it.
    return ChildJvm.of(Main.class)
        .jvmOptions(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .arguments(args)
        .start();
  }

  private static int listening(ChildJvm server) {
    Matcher line = server.awaitLine("^listening tcp://127\\.0\\.0\\.1:(\\d+)$", SOON);
    return Integer.parseInt(line.group(1));
  }

  private static void signal(ChildJvm child, String signal)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aServerStopsAtASignalWithTotalsAndExitCode0(String signal) throws Exception {
    try (ChildJvm server =
        start("echo-server", "--listen", "tcp://127.0.0.1:0", "--codec", "lines")) {
      try (RawPeer peer = RawPeer.connect(listening(server))) {
        peer.writeText("one\ntwo\n");
        assertThat(peer.readLine()).isEqualTo("one");
        assertThat(peer.readLine()).isEqualTo("two");
        signal(server, signal);
        assertThat(peer.readToEnd()).isEmpty();
      }
      assertThat(server.awaitExit(SOON)).isZero();
      assertThat(server.output())
          .anyMatch(line ->
              line.matches("stopped in \\d+ ms: 1 sessions drained, 0 aborted, 0 bytes unsent"))
          .contains("sessions 1", "messages 2 in, 2 out", "bytes    8 in, 8 out");
    }
  }

  @ParameterizedTest
  @CsvSource({"tls, ''", "wss, /echo"})
  void theServerMayEncrypt(String scheme, String path, @TempDir Path directory) throws Exception {
    SelfSigned certificate = SelfSigned.in(directory);
    try (ChildJvm server =
        start(
            "echo-server",
            "--listen",
            scheme + "://localhost:0" + path,
            "--cert",
            certificate.certificateFile().toString(),
            "--key",
            certificate.keyFile().toString())) {
      Matcher line =
          server.awaitLine("^listening (%s://localhost:\\d+%s)$".formatted(scheme, path), SOON);

      Cli.Result result =
          Cli.run(
              "echo-client",
              "--connect",
              line.group(1),
              "--ca",
              certificate.certificateFile().toString(),
              "--count",
              "1000");
      assertThat(result.out().getFirst()).isEqualTo("messages 1000, errors 0");
      assertThat(result.code()).isZero();

      Cli.Result distrustful = Cli.run("echo-client", "--connect", line.group(1));
      assertThat(distrustful.code()).isEqualTo(1);
      assertThat(distrustful.err())
          .singleElement()
          .asString()
          .contains("the TLS handshake failed", "unable to find valid certification path");
    }
  }

  @Test
  void aServerThatStopsUnderLoadDeliversItsAnswers() throws Exception {
    try (ChildJvm server = start("echo-server", "--listen", "tcp://127.0.0.1:0");
        ChildJvm client =
            start(
                "echo-client",
                "--connect",
                "tcp://127.0.0.1:" + listening(server),
                "--count",
                "100000000",
                "--connections",
                "5",
                "--in-flight",
                "16")) {
      client.awaitLine("^ +\\d+ s  [1-9]", SOON);
      server.terminate();
      assertThat(server.awaitExit(SOON)).isZero();
      assertThat(client.awaitExit(SOON)).isEqualTo(1);
      long answered = number(client.output(), "messages (\\d+), errors \\d+");
      assertThat(number(client.output(), "errors +(\\d+) wrong, .*")).isZero();
      assertThat(number(server.output(), "messages \\d+ in, (\\d+) out")).isEqualTo(answered);
    }
  }

  @Test
  void aSecondSignalEndsTheDrain() throws Exception {
    try (ChildJvm server =
            start("echo-server", "--listen", "tcp://127.0.0.1:0", "--codec", "lines");
        RawPeer peer = RawPeer.connect(listening(server), 1024)) {
      // Much more than the buffers in between hold, so that the answers wait for a peer that never
      // reads.
      String line = "x".repeat(99_999) + "\n";
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int i = 0; i < 1000; i++) {
                peer.writeText(line);
              }
            } catch (RuntimeException e) {
              // The server has ended.
            }
          });
      peer.readExactly(1); // there is a session now
      peer.readExactly(1); // the session is there
      server.terminate();
      server.awaitLine("SIGTERM: stopping gracefully; a second signal stops at once", SOON);
      server.terminate();
      server.awaitLine("SIGTERM: stopping now", SOON);
      assertThat(server.awaitExit(Duration.ofSeconds(8))).isZero();
    }
  }

  @Test
  void anInterruptedClientPrintsTotalsSoFar() throws Exception {
    try (ChildJvm server = start("echo-server", "--listen", "tcp://127.0.0.1:0");
        ChildJvm client =
            start(
                "echo-client",
                "--connect",
                "tcp://127.0.0.1:" + listening(server),
                "--count",
                "100000000")) {
      client.awaitLine("^ +\\d+ s  [1-9]", SOON);
      signal(client, "INT");
      assertThat(client.awaitExit(SOON)).isEqualTo(130);
      assertThat(client.output()).anyMatch(line -> line.matches("messages [1-9]\\d*, errors 0"));
      assertThat(client.output()).anyMatch(line -> line.startsWith("latency  p50"));
    }
  }

  @Test
  void aTakenPortIsReportedInOneLine() {
    try (ChildJvm server = start("echo-server", "--listen", "tcp://127.0.0.1:0")) {
      String address = "tcp://127.0.0.1:" + listening(server);
      try (ChildJvm second = start("echo-server", "--listen", address)) {
        assertThat(second.awaitExit(SOON)).isEqualTo(1);
        assertThat(second.output()).singleElement().asString().startsWith("gannet echo-server: ");
      }
    }
  }

  @Test
  void aRefusedConnectionIsReportedInOneLine() throws Exception {
    int port;
    try (ChildJvm server = start("echo-server", "--listen", "tcp://127.0.0.1:0")) {
      port = listening(server);
      server.terminate();
      server.awaitExit(SOON);
    }
    try (ChildJvm client = start("echo-client", "--connect", "tcp://127.0.0.1:" + port)) {
      assertThat(client.awaitExit(SOON)).isEqualTo(1);
      assertThat(client.output())
          .containsExactly(
              "gannet echo-client: can't connect to tcp://127.0.0.1:%d: Connection refused"
                  .formatted(port));
    }
  }

  @Test
  void wrongArgumentsExitWith2AndOneLine() {
    try (ChildJvm server = start("echo-server", "--listen", "tcp://127.0.0.1")) {
      assertThat(server.awaitExit(SOON)).isEqualTo(2);
      assertThat(server.output()).singleElement().asString().contains("has no port");
    }
  }

  private static long number(List<String> lines, String pattern) {
    return lines.stream()
        .filter(line -> line.matches(pattern))
        .map(line -> line.replaceFirst(pattern, "$1"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line like " + pattern + " in " + lines));
  }
}
