package io.gannet.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private Server<String> server;

  @BeforeEach
  void start() {
    server = ChatServer.start("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawPeer enter(String name) {
    RawPeer peer = RawPeer.connect(server.port());
    assertThat(peer.readLine()).isEqualTo("* welcome! who are you? /name NAME");
    peer.writeText("/name " + name + "\n");
    assertThat(peer.readLine()).isEqualTo("* " + name + " joined");
    return peer;
  }

  @Test
  void whatOneSaysAllHear() {
    try (RawPeer ann = enter("ann");
        RawPeer bob = enter("bob")) {
      assertThat(ann.readLine()).isEqualTo("* bob joined");
      bob.writeText("hello everybody\n");
      assertThat(ann.readLine()).isEqualTo("bob: hello everybody");
      assertThat(bob.readLine()).isEqualTo("bob: hello everybody");
    }
  }

  @Test
  void theOthersAreToldWhenSomebodyLeaves() {
    try (RawPeer ann = enter("ann")) {
      try (RawPeer bob = enter("bob")) {
        assertThat(ann.readLine()).isEqualTo("* bob joined");
        bob.writeText("/quit\n");
        bob.expectEnd(SOON);
      }
      assertThat(ann.readLine()).isEqualTo("* bob left");
      try (RawPeer again = enter("bob")) {
        assertThat(ann.readLine()).isEqualTo("* bob joined");
        again.writeText("/who\n");
        assertThat(again.readLine()).isEqualTo("* here: ann, bob");
      }
    }
  }

  @Test
  void aNameIsTakenByOneAtATime() {
    try (RawPeer ann = enter("ann");
        RawPeer other = RawPeer.connect(server.port())) {
      other.readLine();
      other.writeText("/name ann\n");
      assertThat(other.readLine()).isEqualTo("! the name ann is taken");
      ann.writeText("/name anna\n");
      assertThat(ann.readLine()).isEqualTo("* ann is now anna");
      other.writeText("/name ann\n");
      assertThat(other.readLine()).isEqualTo("* ann joined");
    }
  }

  @Test
  void whoHasNoNameCanNotTalk() {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.readLine();
      peer.writeText("hello\n");
      assertThat(peer.readLine()).isEqualTo("! say who you are first: /name NAME");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "\u001b[2J", "abcdefghijklmnopqrstu"})
  void aNameHasLettersAndDigitsOnly(String name) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.readLine();
      peer.writeText("/name " + name + "\n");
      assertThat(peer.readLine()).startsWith("! a name has");
    }
  }

  @Test
  void aClientEntersAgainAfterARestartOfTheServer() {
    List<String> heard = new CopyOnWriteArrayList<>();
    int port = server.port();
    try (Client<String> client =
        ChatClient.builder("127.0.0.1", port, "ann", (session, line) -> heard.add(line)).start()) {
      await().atMost(SOON).until(() -> heard.contains("* ann joined"));
      server.close();
      heard.clear();
      server = ChatServer.start("127.0.0.1", port);
      await().atMost(SOON).until(() -> heard.contains("* ann joined"));
      client.session().send("back again");
      await().atMost(SOON).until(() -> heard.contains("ann: back again"));
    }
  }
}
