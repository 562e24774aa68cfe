package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that closes its side of the connection and continues to read. */
class HalfClosedPeerTest {

  private static final int TIMES = 20;
  private static final int ANSWERS = 16;
  private static final String REQUEST = "everything, please".repeat(5_000);
  private static final String ANSWER = "x".repeat(100_000);

  @RegisterExtension final Fixture fixture = new Fixture();

  @ParameterizedTest
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
  void receivesAllAnswersEvenIfTheyExceedTheSocketBuffers(Io io) {
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              for (int i = 0; i < ANSWERS; i++) {
                session.send(ANSWER);
              }
            });
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    SocketOptions small = SocketOptions.defaults().withBuffers(64 * 1024, 64 * 1024);
    Server<String> server =
        fixture.start(fixture.server().listener(listener).eventLoops(loops).socketOptions(small));

    for (int time = 0; time < TIMES; time++) {
      try (RawPeer peer = RawPeer.connect(server.port(), 64 * 1024)) {
        peer.write(frames(REQUEST));
        if (time % 2 == 0) {
          await().until(() -> server.sessions().stream().anyMatch(HalfClosedPeerTest::waits));
        }
        peer.shutdownOutput();
        int size = frames(ANSWER).length;
        for (int i = 0; i < ANSWERS; i++) {
          assertThat(peer.readExactly(size)).hasSize(size);
        }
        assertThat(peer.readToEnd()).isEmpty();
      }
    }

    assertThat(listener.awaitCloses(TIMES))
        .allSatisfy(reason -> assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED));
  }

  /** Whether the socket accepts no more bytes. */
  private static boolean waits(Session<?> session) {
    return session.stats().queuedBytes() > ANSWERS / 2L * ANSWER.length();
  }
}
