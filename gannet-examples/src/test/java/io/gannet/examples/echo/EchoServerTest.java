package io.gannet.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Server;
import io.gannet.transport.SessionClosedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EchoServerTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(1);

  private static Server<EchoPacket> start(int maxSessions, Duration sessionTimeout) {
    return EchoServer.start("127.0.0.1", 0, new EchoServer.Limits(maxSessions, sessionTimeout));
  }

  @Test
  void manyQuestionsAtOnceGetTheirOwnAnswers() {
    try (Server<EchoPacket> server = start(10, LONG);
        EchoClient client = EchoClient.connect("127.0.0.1", server.port(), LONG)) {
      List<CompletableFuture<String>> answers =
          IntStream.range(0, 1000).mapToObj(i -> client.echo("question " + i)).toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join()).isEqualTo("question " + i);
      }
    }
  }

  @Test
  void aSessionOverTheLimitIsRefusedAndTheOthersGoOn() {
    try (Server<EchoPacket> server = start(1, LONG);
        EchoClient client = EchoClient.connect("127.0.0.1", server.port(), LONG)) {
      assertThat(client.echo("first").join()).isEqualTo("first");
      try (RawPeer second = RawPeer.connect(server.port())) {
        second.expectGone(SOON);
      }
      assertThat(client.echo("still here").join()).isEqualTo("still here");
    }
  }

  @Test
  void aSessionThatEndsMakesRoomForAnother() {
    try (Server<EchoPacket> server = start(1, LONG)) {
      for (int i = 0; i < 3; i++) {
        try (EchoClient client = EchoClient.connect("127.0.0.1", server.port(), LONG)) {
          assertThat(client.echo("one after the other").join()).isEqualTo("one after the other");
        }
        await().until(() -> server.sessionCount() == 0);
      }
    }
  }

  @Test
  void theReasonOfARefusalNamesTheLimitAndItsSetting() {
    assertThat(new TooManySessionsException(7))
        .hasMessage("too many sessions: the limit is 7 (setting maxSessions)");
  }

  @Test
  void aSilentSessionIsClosed() {
    try (Server<EchoPacket> server = start(10, Duration.ofMillis(200));
        RawPeer silent = RawPeer.connect(server.port())) {
      silent.expectEnd(SOON);
    }
  }

  @Test
  void heartbeatsKeepASessionThatHasNothingToSay() {
    try (Server<EchoPacket> server = start(10, Duration.ofMillis(500));
        EchoClient client = EchoClient.connect("127.0.0.1", server.port(), Duration.ofMillis(50))) {
      assertThat(client.echo("before").join()).isEqualTo("before");
      long id = server.sessions().iterator().next().id();
      // With at most one heartbeat each 50 ms, this takes longer than the idle timeout.
      await().atMost(SOON).until(() -> client.heartbeats() >= 20);
      assertThat(server.session(id)).isPresent();
      assertThat(client.echo("after").join()).isEqualTo("after");
    }
  }

  @Test
  void aQuestionFailsWhenTheSessionEndsBeforeTheAnswer() {
    try (RawServer server = RawServer.start();
        EchoClient client = EchoClient.connect("127.0.0.1", server.port(), LONG)) {
      CompletableFuture<String> answer;
      try (RawPeer peer = server.accept()) {
        answer = client.echo("hello?");
        peer.readExactly(33);
      }
      assertThatThrownBy(answer::join).hasCauseInstanceOf(SessionClosedException.class);
    }
  }
}
