package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.examples.echo.EchoPacket;
import io.gannet.examples.echo.EchoServer;
import io.gannet.examples.echo.GettyEchoCodec;
import io.gannet.examples.echo.UdpEchoServer;
import io.gannet.examples.echo.WebSocketEchoServer;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Compression;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against servers in this process. */
class EchoClientTest {

  private static String address(Server<?> server) {
    return "tcp://127.0.0.1:" + server.port();
  }

  private static Server<byte[]> lengthServer() {
    return Server.tcp("127.0.0.1", 0)
        .codec(Codecs.lengthPrefixed())
        .onMessage(Session::send)
        .start();
  }

  private static void assertAllWell(Cli.Result result, int messages) {
    assertThat(result.out().get(0)).isEqualTo("messages %d, errors 0".formatted(messages));
    assertThat(result.code()).isZero();
  }

  @Test
  void theServerMayListenOnAUnixSocket(@TempDir Path directory) {
    String path = directory.resolve("echo.sock").toString();
    try (Server<byte[]> server =
        Server.unix(path).codec(Codecs.lengthPrefixed()).onMessage(Session::send).start()) {
      assertThat(server.isRunning()).isTrue();
      assertAllWell(Cli.run("echo-client", "--connect", "unix://" + path, "--count", "1000"), 1000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "lines"})
  void theServerMayListenOnUdp(String codec) {
    try (Server<byte[]> server =
        Server.udp("127.0.0.1", 0, UdpOptions.defaults())
            .codec(Codecs.whole(Bodies.bytes()))
            .onMessage(Session::send)
            .start()) {
      String uri = "udp://127.0.0.1:" + server.port();
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              uri,
              "--codec",
              codec,
              "--count",
              "1000",
              "--rate",
              "1000",
              "--in-flight",
              "16"),
          1000);
    }
  }

  @Test
  void gettyEchoCanBeUsedOverUdp() {
    try (Server<EchoPacket> server =
        UdpEchoServer.start("127.0.0.1", 0, EchoServer.Limits.defaults())) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              "udp://127.0.0.1:" + server.port(),
              "--codec",
              "getty-echo",
              "--count",
              "1000"),
          1000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "lines"})
  void theServerMayListenForWebSockets(String codec) {
    try (Server<byte[]> server =
        Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults().withPaths("/path"))
            .codec(Codecs.whole(Bodies.bytes()))
            .onMessage(Session::send)
            .start()) {
      String uri = "ws://127.0.0.1:%d/path".formatted(server.port());
      assertAllWell(
          Cli.run("echo-client", "--connect", uri, "--codec", codec, "--count", "1000"), 1000);
      assertThat(Cli.run("echo-client", "--connect", uri + "/other", "--count", "1").err())
          .anyMatch(line -> line.contains("404"));
    }
  }

  @Test
  void gettyEchoCanBeUsedOverWebSocket() {
    try (Server<EchoPacket> server =
        WebSocketEchoServer.start("127.0.0.1", 0, EchoServer.Limits.defaults())) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              "ws://127.0.0.1:%d/echo".formatted(server.port()),
              "--codec",
              "getty-echo",
              "--count",
              "1000",
              "--in-flight",
              "16"),
          1000);
    }
  }

  @ParameterizedTest
  @CsvSource({"deflate, DEFLATE", "snappy, SNAPPY", "lz4, LZ4", "zstd, ZSTANDARD"})
  void connectionsMayBeCompressed(String kind, Compression.Algorithm algorithm) {
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .compression(new Compression(algorithm, -1))
            .onMessage(Session::send)
            .start()) {
      assertAllWell(
          Cli.run(
              "echo-client", "--connect", address(server), "--compress", kind, "--count", "1000"),
          1000);
    }
  }

  @Test
  void webSocketsMayBeCompressed() {
    try (Server<byte[]> server =
        Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults().withCompression())
            .codec(Codecs.whole(Bodies.bytes()))
            .onMessage(Session::send)
            .start()) {
      String uri = "ws://127.0.0.1:%d".formatted(server.port());
      assertAllWell(
          Cli.run("echo-client", "--connect", uri, "--compress", "deflate", "--count", "1000"),
          1000);
    }
  }

  @Test
  void everyAnswerIsVerifiedAndCounted() {
    try (Server<byte[]> server = lengthServer()) {
      Cli.Result result =
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--count",
              "10000",
              "--connections",
              "7",
              "--in-flight",
              "16");
      assertAllWell(result, 10000);
      assertThat(result.out()).anyMatch(line -> line.matches("seconds +\\d+\\.\\d{3}"));
      assertThat(result.out()).anyMatch(line -> line.matches("rate +\\d+ messages/s"));
      assertThat(result.out()).contains("bytes    680000 out, 680000 in");
      assertThat(result.out())
          .anyMatch(line ->
              line.matches(
                  "latency +p50 [\\d.]+ ms, p99 [\\d.]+ ms, p99.9 [\\d.]+ ms, max [\\d.]+ ms"));
    }
  }

  @Test
  void linesCanBeUsed() {
    try (Server<String> server =
        Server.tcp("127.0.0.1", 0).codec(Codecs.lines()).onMessage(Session::send).start()) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--codec",
              "lines",
              "--count",
              "1000",
              "--in-flight",
              "5",
              "--size",
              "300"),
          1000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 255})
  void gettyEchoCanBeUsed(int size) {
    try (Server<EchoPacket> server =
        Server.tcp("127.0.0.1", 0)
            .codec(GettyEchoCodec.INSTANCE)
            .onMessage(Session::send)
            .start()) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--codec",
              "getty-echo",
              "--count",
              "500",
              "--connections",
              "2",
              "--in-flight",
              "5",
              "--size",
              Integer.toString(size)),
          500);
    }
  }

  /** getty with a task pool answers like this. */
  @Test
  void answersInGettysProtocolMayArriveInAnyOrder() {
    try (Server<EchoPacket> server =
        Server.tcp("127.0.0.1", 0)
            .codec(GettyEchoCodec.INSTANCE)
            .listenerPerSession(NewestFirst::new)
            .start()) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--codec",
              "getty-echo",
              "--count",
              "500",
              "--in-flight",
              "5"),
          500);
    }
  }

  /** Answers requests in groups of five, the last one first. */
  private static final class NewestFirst implements SessionListener<EchoPacket> {
    private final Deque<EchoPacket> waiting = new ArrayDeque<>();

    @Override
    public void onMessage(Session<EchoPacket> session, EchoPacket packet) {
      waiting.push(packet);
      if (waiting.size() == 5) {
        waiting.forEach(session::send);
        waiting.clear();
      }
    }
  }

  @Test
  void aMessageMayBeAsLargeAsTheServersLimit() {
    try (Server<byte[]> server = lengthServer()) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--count",
              "5",
              "--in-flight",
              "4",
              "--size",
              "4194300"),
          5);
    }
  }

  /**
   * The server stops reading while its answers aren't read, so a client that waits for room must
   * continue to read.
   */
  @Test
  void moreMayBeInFlightThanAllQueuesHold() {
    try (Server<byte[]> server = lengthServer()) {
      assertAllWell(
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--count",
              "24",
              "--in-flight",
              "12",
              "--size",
              "4000000"),
          24);
    }
  }

  @Test
  void thereMayBeMoreConnectionsThanMessages() {
    try (Server<byte[]> server = lengthServer()) {
      assertAllWell(
          Cli.run(
              "echo-client", "--connect", address(server), "--count", "3", "--connections", "100"),
          3);
    }
  }

  @Test
  void latencyIsMeasuredFromTheDueTimeOfAMessage() {
    try (Server<byte[]> server = lengthServer()) {
      long start = System.nanoTime();
      Cli.Result result =
          Cli.run(
              "echo-client",
              "--connect",
              address(server),
              "--count",
              "100",
              "--connections",
              "3",
              "--rate",
              "200");
      // The last of 100 messages at 200 a second is due after 495 ms.
      assertThat(System.nanoTime() - start).isGreaterThan(495_000_000L);
      assertAllWell(result, 100);
      assertThat(result.out())
          .anyMatch(line -> line.matches("latency.* from the time when each was due"));
    }
  }

  @Test
  void aStallOfTheServerAddsToTheLatencyOfEveryDelayedMessage() {
    AtomicInteger messages = new AtomicInteger();
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .onMessage((session, message) -> {
              if (messages.incrementAndGet() == 10) {
                Thread.sleep(500);
              }
              session.send(message);
            })
            .start()) {
      Cli.Result result =
          Cli.run("echo-client", "--connect", address(server), "--count", "200", "--rate", "200");
      assertAllWell(result, 200);
      // About 100 messages were due during the stall, and waited half of it on average. The median
      // shows that, although only one request was in progress during the stall.
      assertThat(result.out()).anyMatch(line -> line.matches("latency +p50 \\d{2,}\\..*"));
    }
  }

  @Test
  void aWrongAnswerIsAnError() {
    AtomicInteger messages = new AtomicInteger();
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .onMessage((session, message) -> {
              byte[] answer = message.clone();
              if (messages.incrementAndGet() == 42) {
                answer[answer.length - 1]++;
              }
              session.send(answer);
            })
            .start()) {
      Cli.Result result =
          Cli.run(
              "echo-client", "--connect", address(server), "--count", "100", "--in-flight", "4");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out().get(0)).isEqualTo("messages 100, errors 1");
      assertThat(result.out().get(1)).isEqualTo("errors   1 wrong, 0 lost, 0 not sent");
      assertThat(result.out().get(2)).contains("the answer to request 42 is not what was sent");
    }
  }

  @Test
  void answersInTheWrongOrderAreErrors() {
    byte[][] first = new byte[1][];
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .onMessage((session, message) -> {
              if (first[0] == null) {
                first[0] = message;
              } else {
                session.send(message);
                session.send(first[0]);
                first[0] = null;
              }
            })
            .start()) {
      Cli.Result result =
          Cli.run(
              "echo-client", "--connect", address(server), "--count", "100", "--in-flight", "2");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out().get(0)).isEqualTo("messages 100, errors 100");
    }
  }

  @Test
  void aConnectionThatEndsEarlyCountsTheMissingAnswersAsLost() {
    AtomicInteger messages = new AtomicInteger();
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .onMessage((session, message) -> {
              if (messages.incrementAndGet() > 10) {
                session.close();
              } else {
                session.send(message);
              }
            })
            .start()) {
      Cli.Result result =
          Cli.run(
              "echo-client", "--connect", address(server), "--count", "100", "--in-flight", "4");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out().get(0)).isEqualTo("messages 10, errors 90");
      assertThat(result.out().get(1)).isEqualTo("errors   0 wrong, 4 lost, 86 not sent");
      assertThat(result.out().get(2)).contains("1 connections: the connection closed: PEER_CLOSED");
    }
  }

  @Test
  void waitingForAServerThatNeverAnswersEnds() {
    try (RawServer server = RawServer.start()) {
      Cli.Result result =
          Cli.run(
              "echo-client",
              "--connect",
              "tcp://127.0.0.1:" + server.port(),
              "--count",
              "10",
              "--timeout",
              "1");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out().get(0)).isEqualTo("messages 0, errors 10");
      assertThat(result.out().get(2)).contains("no answer within 1 s (--timeout)");
    }
  }

  @Test
  void anUnexpectedAnswerIsAnError() {
    try (RawServer server = RawServer.start()) {
      Thread.ofVirtual()
          .start(() -> {
            try (RawPeer peer = server.accept()) {
              byte[] request = peer.readExactly(68);
              byte[] twice = Arrays.copyOf(request, 136);
              System.arraycopy(request, 0, twice, 68, 68);
              peer.write(twice);
              peer.readToEnd();
            }
          });
      Cli.Result result =
          Cli.run(
              "echo-client",
              "--connect",
              "tcp://127.0.0.1:" + server.port(),
              "--count",
              "2",
              "--rate",
              "1");
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.out().get(2)).contains("received an answer without a request");
    }
  }

  @Test
  void aRefusedConnectionIsReportedInOneLine() {
    int port;
    try (RawServer server = RawServer.start()) {
      port = server.port();
    }
    Cli.Result result =
        Cli.run("echo-client", "--connect", "tcp://127.0.0.1:" + port, "--connections", "5");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .containsExactly(
            "gannet echo-client: can't connect to tcp://127.0.0.1:%d: Connection refused"
                .formatted(port));
  }

  @Test
  void aServerThatAcceptsFewerConnectionsIsReportedInOneLine() {
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lengthPrefixed())
            .maxSessions(2)
            .onMessage(Session::send)
            .start()) {
      Cli.Result result =
          Cli.run("echo-client", "--connect", address(server), "--connections", "3");
      assertThat(result.code()).isEqualTo(1);
      assertThat(String.join("\n", result.err()) + String.join("\n", result.out()))
          .containsPattern("ended|closed by the peer|Connection reset"); // as the kernel reports it
    }
  }
}
