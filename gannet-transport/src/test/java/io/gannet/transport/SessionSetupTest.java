package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Settings of a single connection. */
class SessionSetupTest {

  private static final AttributeKey<String> TENANT = AttributeKey.of("tenant");

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> common = fixture.listener();
  private final RecordingListener<String> own = fixture.listener();

  private RawPeer connect(SessionSetup.Hook<String> hook) {
    return fixture.connect(fixture.start(fixture.server().listener(common).setup(hook)));
  }

  /** A codec that converts the messages of another one to capitals. */
  private record Shouting(Codec<String> codec) implements Codec<String> {
    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      String text = codec.decode(context, in);
      return text == null ? null : text.toUpperCase(Locale.ROOT);
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {
      codec.encode(context, message.toUpperCase(Locale.ROOT), out);
    }
  }

  @Test
  void setupMaySetNameListenerCodecAndAttributes() {
    own.whenMessage(Session::send);
    RawPeer peer =
        connect(setup ->
            setup
                .name("vip " + setup.remoteAddress())
                .listener(own)
                .codec(new Shouting(new TextCodec()))
                .attribute(TENANT, "acme"));

    peer.write(frames("hello"));

    assertThat(peer.readExactly(9)).isEqualTo(frames("HELLO"));
    Session<String> session = own.awaitSession();
    assertThat(session.name()).isEqualTo("vip " + peer.localAddress());
    assertThat(session.get(TENANT)).isEqualTo("acme");
    assertThat(common.sessions()).isZero();
  }

  @Test
  void setupMaySetLimitsOfAConnection() {
    RawPeer peer = connect(setup -> setup.maxMessageSize(100));
    Session<String> session = common.awaitSession();
    assertThat(session.maxMessageSize()).isEqualTo(100);

    peer.write(frames("x".repeat(97)));
    peer.expectEnd(SOON);
    peer.close();

    assertThat(common.awaitClose().kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
  }

  @Test
  void setupMaySetTimeoutsOfAConnection() {
    FakeTime time = FakeTime.create();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(common)
                .time(Fixture.timeOf(time))
                .setup(setup ->
                    setup.cron(Duration.ofSeconds(5)).readIdleTimeout(Duration.ofSeconds(20))));
    fixture.connect(server);
    Session<String> session = common.awaitSession();
    assertThat(session.cron()).isEqualTo(Duration.ofSeconds(5));
    assertThat(session.readIdleTimeout()).isEqualTo(Duration.ofSeconds(20));

    time.advance(Duration.ofSeconds(6));
    common.awaitCrons(1);
    time.advance(Duration.ofSeconds(18));

    assertThat(common.awaitClose().kind()).isEqualTo(Kind.READ_IDLE);
  }

  @Test
  void setupMaySetSocketOptionsOfAConnection() {
    RawPeer peer =
        connect(setup -> setup.socketOptions(SocketOptions.defaults().withLinger(Duration.ZERO)));

    common.awaitSession().close(StopMode.NOW);

    peer.expectReset(SOON);
  }

  @Test
  void aSetupThatThrowsRejectsTheConnection() {
    RecordingObserver observer = new RecordingObserver();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(common)
                .observer(observer)
                .setup(setup -> {
                  throw new IOException("not you");
                }));

    RawPeer peer = fixture.connect(server);
    peer.expectGone(SOON);

    assertThat(observer.awaitRejections(1))
        .containsExactly(
            new RecordingObserver.Rejection(peer.localAddress(), RejectReason.SETUP_FAILED));
    assertThat(server.sessionCount()).isZero();
    assertThat(common.sessions()).isZero();
  }

  @Test
  void aSetupHasNoEffectAfterTheCall() {
    AtomicReference<SessionSetup<String>> kept = new AtomicReference<>();
    connect(kept::set);
    Session<String> session = common.awaitSession();

    kept.get().name("late").maxMessageSize(1).attribute(TENANT, "late");

    assertThat(session.name()).doesNotContain("late");
    assertThat(session.maxMessageSize()).isEqualTo(4 << 20);
    assertThat(session.get(TENANT)).isNull();
  }

  @Test
  void aCodecFactoryThatThrowsRejectsTheConnection() {
    RecordingObserver observer = new RecordingObserver();
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .<String>codecPerSession(() -> {
                  throw new IllegalStateException("no codec");
                })
                .listener(common)
                .observer(observer));

    fixture.connect(server).expectGone(SOON);

    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.SETUP_FAILED);
    assertThat(server.sessionCount()).isZero();
  }

  @Test
  void aListenerFactoryThatThrowsRejectsTheConnection() {
    RecordingObserver observer = new RecordingObserver();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listenerPerSession(() -> {
                  throw new IllegalStateException("no listener");
                })
                .observer(observer));

    fixture.connect(server).expectGone(SOON);

    assertThat(observer.awaitRejections(1).getFirst().reason())
        .isEqualTo(RejectReason.SETUP_FAILED);
    assertThat(server.sessionCount()).isZero();
  }
}
