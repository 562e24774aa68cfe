package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisServerTest {

  private Server<Resp> server;
  private RawPeer peer;

  @BeforeEach
  void start() {
    server = RedisServer.builder("127.0.0.1", 0).start();
    peer = RawPeer.connect(server.port());
  }

  @AfterEach
  void stop() {
    peer.close();
    server.close();
  }

  private void expect(String reply) {
    assertThat(new String(peer.readExactly(reply.length()), UTF_8)).isEqualTo(reply);
  }

  @Test
  void commandsAreAnsweredInTheirOrderHoweverTheyAreCut() {
    String commands =
        """
        *3
        $3
        SET
        $1
        a
        $4
        1
        2
        *2
        $3
        GET
        $1
        a
        INCR n
        INCR n
        DEL a b
        GET a
        INCR a b
        FOO
        """
            .replace("\n", "\r\n");
    String replies =
        """
        +OK
        $4
        1
        2
        :1
        :2
        :1
        $-1
        -ERR wrong number of arguments for 'incr' command
        -ERR unknown command 'FOO'
        """
            .replace("\n", "\r\n");
    peer.writeText(commands);
    expect(replies);
    peer.writeText("DEL n\r\n");
    expect(":1\r\n");
    peer.writeEachByte(commands.getBytes(UTF_8));
    expect(replies);
  }

  @Test
  void whatIsPublishedReachesThoseWhoListen() {
    try (RawPeer other = RawPeer.connect(server.port())) {
      peer.writeText("SUBSCRIBE news\r\n");
      expect("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
      peer.writeText("GET a\r\n");
      assertThat(peer.readLine()).startsWith("-ERR Can't execute 'GET'");
      other.writeText("PUBLISH news hi\r\n");
      expect("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
      assertThat(other.readLine()).startsWith(":1");
    }
  }

  @Test
  void aLengthThatIsOnlyAnnouncedEndsTheSessionWithAnError() {
    peer.writeText("*1\r\n$2147483647\r\n");
    assertThat(peer.readLine()).startsWith("-ERR Protocol error: too large a command");
    try (RawPeer other = RawPeer.connect(server.port())) {
      other.writeText("*99999999\r\n");
      assertThat(other.readLine()).startsWith("-ERR Protocol error: invalid multibulk length");
    }
  }

  @Test
  void whatClientsHaveItKeepIsBoundedAndGivenBack() {
    try (Server<Resp> small = RedisServer.builder("127.0.0.1", 0, 900).start();
        RawPeer first = RawPeer.connect(small.port())) {
      first.writeText(
          "SET a " + "x".repeat(700) + "\r\nSET b 1\r\nINCR c\r\nSET a short\r\nINCR c\r\n");
      assertThat(first.readLine()).startsWith("+OK");
      assertThat(first.readLine()).startsWith("-OOM");
      assertThat(first.readLine()).startsWith("-OOM");
      assertThat(first.readLine()).startsWith("+OK");
      assertThat(first.readLine()).startsWith(":1");
      try (RawPeer second = RawPeer.connect(small.port())) {
        second.writeText("SUBSCRIBE one\r\nSUBSCRIBE two\r\nPING\r\n");
        assertThat(new String(second.readExactly(32), UTF_8)).endsWith("one\r\n:1\r\n");
        assertThat(second.readLine()).startsWith("-OOM");
      }
      await()
          .untilAsserted(() -> {
            first.writeText("SET a " + "x".repeat(500) + "\r\n");
            assertThat(first.readLine()).startsWith("+OK");
          });
      first.writeText("DEL a c\r\nSET b " + "x".repeat(700) + "\r\n");
      assertThat(first.readLine()).startsWith(":2");
      assertThat(first.readLine()).startsWith("+OK");
    }
  }

  @Test
  void aSubscriberThatReadsNothingIsPutOutAndTheOthersGoOn() {
    try (RawPeer stuck = RawPeer.connect(server.port());
        RawPeer other = RawPeer.connect(server.port())) {
      stuck.writeText("SUBSCRIBE news\r\n");
      stuck.readExactly("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length());
      String command =
          "*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n$200000\r\n%s\r\n".formatted("x".repeat(200_000));
      await()
          .untilAsserted(() -> {
            other.writeText(command);
            assertThat(other.readLine()).startsWith(":0");
          });
    }
  }

  @Test
  void pipelinedRepliesThatAreNotReadHoldTheirClientUpAndNobodyElse() {
    try (RawPeer other = RawPeer.connect(server.port())) {
      peer.writeText("SET big %s\r\n".formatted("x".repeat(50_000)));
      expect("+OK\r\n");
      peer.writeText("GET big\r\n".repeat(1_000));
      other.writeText("PING\r\n");
      assertThat(other.readLine()).startsWith("+PONG");
      String reply = "$50000\r\n%s\r\n".formatted("x".repeat(50_000));
      for (int i = 0; i < 1_000; i++) {
        expect(reply);
      }
    }
  }

  /** A request that a web page can make a browser send to any port of its user's machine. */
  @ParameterizedTest
  @ValueSource(strings = {"POST / HTTP/1.1", "PUT / HTTP/1.1\r\nHost: localhost"})
  void aWebPageGivesNoCommands(String begin) {
    peer.writeText(begin + "\r\nX: y\r\n\r\nSET a 1\r\n");
    peer.expectGone(Duration.ofSeconds(10));
    try (RawPeer other = RawPeer.connect(server.port())) {
      other.writeText("GET a\r\n");
      assertThat(other.readLine()).startsWith("$-1");
    }
  }
}
