package io.gannet.examples.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void theClientGetsItsLineBack() {
    try (Server<String> server = LinesServer.start(0)) {
      assertThat(LinesClient.ask("127.0.0.1", server.port(), "hello")).isEqualTo("hello");
    }
  }

  @Test
  void anyoneWhoSpeaksLinesCanTalkToTheServer() {
    try (Server<String> server = LinesServer.start(0);
        RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText("one\ntwo\n");
      assertThat(peer.readLine()).isEqualTo("one");
      assertThat(peer.readLine()).isEqualTo("two");
    }
  }
}
