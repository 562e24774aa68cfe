package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.RawPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks that keep their virtual threads' carriers busy. */
class BusyCallbacksTest {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @RegisterExtension final Fixture fixture = new Fixture();

  /** Ends the callbacks of this round. */
  private volatile AtomicBoolean released = new AtomicBoolean();

  @AfterEach
  void release() {
    released.set(true);
  }

  private void answerAndKeepTheProcessor(Session<String> session, String text) {
    AtomicBoolean released = this.released;
    session.send(text);
    while (!released.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void messagesOfBusyCallbacksAreWritten() {
    try (EventLoops loops = EventLoops.create(Io.AUTO, 1)) {
      RecordingListener<String> listener =
          fixture.listener().whenMessage(this::answerAndKeepTheProcessor);
      Server<String> server = fixture.start(fixture.server().eventLoops(loops).listener(listener));
      for (int round = 0; round < 20; round++) {
        released = new AtomicBoolean();
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < PROCESSORS; i++) {
          peers.add(fixture.connect(server));
          listener.awaitSessions(round * PROCESSORS + i + 1);
        }

        // Sent together, so that a single turn of the loop delivers several of them.
        peers.forEach(peer -> peer.write(frames("hello")));

        for (RawPeer peer : peers) {
          assertThat(peer.readExactly(frames("hello").length)).isEqualTo(frames("hello"));
        }
        released.set(true);
      }
      server.stop(StopMode.NOW);
    }
  }
}
