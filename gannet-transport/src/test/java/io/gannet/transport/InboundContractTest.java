package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A listener that is slower than its peer. */
class InboundContractTest extends BlockingTransportContract {

  @Test
  void aSlowListenerDoesNotDelayOtherSessions() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, text) -> {
              if (text.equals("wait")) {
                gate.pass();
              }
              session.send(text);
            });
    RecordingListener<String> atClient = listener();
    Server<String> server = start(server().listener(atServer));
    start(client(server).listener(atClient).connections(20));
    List<Session<String>> sessions = atClient.awaitSessions(20);

    sessions.subList(0, 19).forEach(session -> session.send("wait"));
    sessions.getLast().send("quick");

    assertThat(atClient.awaitMessages(1)).containsExactly("quick");
    gate.open();
    assertThat(atClient.awaitMessages(20)).filteredOn("wait"::equals).hasSize(19);
  }
}
