package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log. */
class LogTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final CapturedLog log = fixture.closing(new CapturedLog());
  private final RecordingListener<String> listener = fixture.echo();

  @Test
  void aWireDumpShowsEveryByte() {
    Server<String> server = fixture.start(fixture.server().listener(listener).wireDump());
    RawPeer peer = fixture.connect(server);

    peer.write(frames("gannet"));
    assertThat(peer.readExactly(10)).isEqualTo(frames("gannet"));

    String name = listener.awaitSession().name();
    assertThat(log.text())
        .containsPattern(name + ".* received 10 bytes")
        .containsPattern(name + ".* sent 10 bytes")
        .contains("00 00 00 06 67 61 6e 6e 65 74")
        .contains("|....gannet");
  }

  @Test
  void withoutAWireDumpNoByteIsShown() {
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));

    peer.write(frames("secret"));
    assertThat(peer.readExactly(10)).isEqualTo(frames("secret"));

    assertThat(log.text()).doesNotContain("73 65 63 72 65 74").doesNotContain("secret");
  }

  @Test
  void aCallbackThatBlocksAnEventLoopIsReportedWithItsStack() {
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server =
        fixture.start(fixture.server().listener(listener).dispatch(Dispatch.eventLoop()));
    RawPeer peer = fixture.connect(server);

    peer.write(frames("x"));
    gate.awaitReached();
    await().until(() -> log.text().contains("has been blocked"));
    gate.open();

    assertThat(log.text())
        .contains(listener.awaitSession().name())
        .contains("Dispatch.eventLoop()")
        .contains("by io.gannet.transport.Gate.await")
        .contains("Gate.pass");
  }

  /** A class whose initialisation blocks until the test allows it to end. */
  private static final class Slow {
    static final boolean READY;

    static {
      Held.GATE.pass();
      READY = true;
    }
  }

  private static final class Held {
    static final Gate GATE = new Gate();
  }

  @Test
  void aClassInitializerThatBlocksAnEventLoopIsReported() {
    Gate gate = fixture.closing(Held.GATE);
    listener.whenMessage((session, text) -> assertThat(Slow.READY).isTrue());
    Server<String> server =
        fixture.start(fixture.server().listener(listener).dispatch(Dispatch.eventLoop()));

    fixture.connect(server).write(frames("x"));
    gate.awaitReached();
    await().until(() -> log.text().contains("has been blocked"));
    gate.open();

    assertThat(log.text()).contains("by the class initialisation of " + Slow.class.getName());
  }

  @Test
  void exceptionsOfListenersAreLoggedWithTheSession() {
    listener.whenMessage((session, text) -> {
      throw new IllegalStateException("thrown by a test");
    });
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));

    peer.write(frames("x"));
    listener.awaitError();

    assertThat(log.text())
        .contains("onMessage of " + listener.awaitSession().name())
        .contains("thrown by a test");
  }

  @Test
  void dataOfAPeerCannotForgeLogLines() {
    listener.whenMessage((session, text) -> {
      throw new IllegalStateException("no such user");
    });
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));

    peer.write(TextCodec.header(-1));
    peer.write("\n[main] ERROR forged\n".getBytes(US_ASCII));
    peer.expectGone(Fixture.SOON);
    peer.close();
    listener.awaitClose();

    assertThat(log.text()).doesNotContain("ERROR forged");
    assertThat(listener.awaitError().getMessage()).doesNotContain("\n");
  }

  @Test
  void aFloodOfRejectionsDoesNotFillTheLog() {
    RecordingObserver observer = new RecordingObserver();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .observer(observer)
                .ipFilter(IpFilter.deny("127.0.0.0/8")));
    for (int i = 0; i < 100; i++) {
      RawPeer.connect(server.port()).close();
    }
    observer.awaitRejections(100);

    assertThat(log.text().lines().filter(line -> line.contains("rejected"))).hasSizeBetween(5, 8);
  }
}
