package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several endpoints from one builder. Unix sockets don't apply, because a path can have only one
 * server.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
class SeveralEndpointsTest extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all().filter(TransportUnderTest::hasFreeAddresses);
  }

  @Test
  void aBuilderMayStartSeveralEndpoints() {
    RecordingListener<String> atServer = listener().whenMessage(Session::send);
    ServerBuilder<String> builder = server().listener(atServer);
    Server<String> one = start(builder);
    Server<String> two = start(builder);
    assertThat(one.port()).isNotEqualTo(two.port());

    RecordingListener<String> atClient = listener();
    Client<String> first = start(client(one).listener(atClient));
    Client<String> second = start(client(two).listener(atClient));
    one.stop(StopMode.NOW);
    second.session().send("still there");

    assertThat(atClient.awaitMessages(1)).containsExactly("still there");
    assertThat(first.isRunning()).isTrue();
  }
}
