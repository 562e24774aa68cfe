package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Codecs that violate their contract. */
class FailingCodecTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();

  /** How a codec decodes. */
  private interface Decoder {
    @Nullable String decode(ReadBuffer in);
  }

  /** How a codec encodes. */
  private interface Encoder {
    void encode(CodecContext context, String message, WriteBuffer out);
  }

  private record TestCodec(Decoder decoder, Encoder encoder) implements Codec<String> {
    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      return decoder.decode(in);
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {
      encoder.encode(context, message, out);
    }
  }

  private RawPeer connect(Decoder decoder) {
    return connect(decoder, (session, message, out) -> out.writeString(message, UTF_8));
  }

  private RawPeer connect(Decoder decoder, Encoder encoder) {
    return fixture.connect(
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codec(new TestCodec(decoder, encoder))
                .maxMessageSize(1000)
                .listener(listener)));
  }

  private static String readAll(ReadBuffer in) {
    return in.readString(in.readableBytes(), UTF_8);
  }

  @Test
  void anExceptionInDecodeEndsTheSessionAndShowsTheBytes() {
    RuntimeException thrown = new IllegalStateException("broken codec");
    RawPeer peer =
        connect(in -> {
          throw thrown;
        });

    peer.writeText("abc");

    goodbye(peer);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("broken codec").contains("61 62 63");
    assertThat(reason.cause()).isNotNull().hasRootCause(thrown);
    assertThat(listener.errors()).singleElement().isInstanceOf(DecodeException.class);
  }

  @Test
  void aReadPastTheEndEndsTheSession() {
    RawPeer peer =
        connect(in -> {
          in.readLong();
          return null;
        });

    peer.writeText("abc");

    goodbye(peer);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
  }

  @Test
  void anErrorInDecodeEndsTheSessionAndNotTheServer() {
    RawPeer peer =
        connect(in -> {
          if (in.getByte(0) == '!') {
            throw new StackOverflowError("not really");
          }
          return readAll(in);
        });

    peer.writeText("!");

    goodbye(peer);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
    Server<?> server = (Server<?>) listener.awaitSession().endpoint();
    fixture.connect(server).writeText("good");
    assertThat(listener.awaitMessages(1)).containsExactly("good");
  }

  @Test
  void aMessageThatConsumesNothingEndsTheSessionInsteadOfLoopingForever() {
    RawPeer peer = connect(in -> in.isReadable() ? "free" : null);

    peer.writeText("abc");

    goodbye(peer);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("without consuming");
  }

  @Test
  void aCodecThatNeverFindsAMessageEndsTheSessionAtTheLimit() {
    RawPeer peer = connect(in -> null);

    peer.write(new byte[1000]);
    await().until(() -> listener.awaitSession().stats().bytesIn() == 1000);
    assertThat(listener.closes()).isEmpty();
    peer.write((byte) 0);

    goodbye(peer);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
    assertThat(reason.message()).contains("maxMessageSize");
  }

  @Test
  void skippedBytesAreReportedAndTheSessionContinues() {
    RawPeer peer =
        connect(in -> {
          if (!in.isReadable()) {
            return null;
          }
          String one = in.readString(1, UTF_8);
          if (one.equals("?")) {
            throw new SkippedMessageException("what?");
          }
          return one;
        });

    peer.writeText("a?b??c");

    assertThat(listener.awaitMessages(3)).containsExactly("a", "b", "c");
    assertThat(listener.awaitErrors(3))
        .hasSize(3)
        .allSatisfy(error ->
            assertThat(error)
                .isInstanceOf(SkippedMessageException.class)
                .hasMessageContaining("what?")
                .hasMessageContaining("3f"));
    assertThat(listener.events())
        .containsExactly(
            "open",
            "message a",
            "error SkippedMessageException",
            "message b",
            "error SkippedMessageException",
            "error SkippedMessageException",
            "message c");
    assertThat(listener.closes()).isEmpty();
  }

  @Test
  void bytesConsumedEarlierMayBeSkippedLater() {
    Supplier<Codec<String>> lines = // takes all that a read has brought, and then emits the lines
        NettyCodecs.of(
            () -> new LineBasedFrameDecoder(100),
            StringEncoder::new,
            line -> {
              String text = ((ByteBuf) line).toString(UTF_8);
              if (text.equals("?")) {
                throw new SkippedMessageException("what?");
              }
              return text;
            },
            text -> text);
    RawPeer peer =
        fixture.connect(
            fixture.start(Server.tcp("127.0.0.1", 0).codecPerSession(lines).listener(listener)));

    peer.writeText("a\n?\nb\n?\n?\nc\n");

    assertThat(listener.awaitMessages(3)).containsExactly("a", "b", "c");
    assertThat(listener.errors())
        .hasSize(3)
        .allSatisfy(error -> assertThat(error).hasMessageContaining("what?"));
    assertThat(listener.closes()).isEmpty();
  }

  @Test
  void skippingNothingIsADecodeFailure() {
    RawPeer peer =
        connect(in -> {
          throw new SkippedMessageException("pretends");
        });

    peer.writeText("a");

    goodbye(peer);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
  }

  @Test
  void aCodecMayConsumeBytesWithoutAMessage() {
    RawPeer peer =
        connect(in -> {
          in.skip(1);
          return in.isReadable() ? readAll(in) : null;
        });

    peer.writeText("-");
    await().until(() -> listener.awaitSession().stats().bytesIn() == 1);
    peer.writeText("-a");

    assertThat(listener.awaitMessages(1)).containsExactly("a");
  }

  @Test
  void theReadBufferCannotBeUsedAfterTheCall() {
    AtomicReference<ReadBuffer> kept = new AtomicReference<>();
    RawPeer peer =
        connect(in -> {
          kept.set(in);
          return readAll(in);
        });

    peer.writeText("a");

    listener.awaitMessages(1);
    assertThatThrownBy(() -> kept.get().readByte()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kept.get().readableBytes()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theWriteBufferCannotBeUsedAfterTheCall() {
    AtomicReference<WriteBuffer> kept = new AtomicReference<>();
    RawPeer peer =
        connect(
            FailingCodecTest::readAll,
            (context, message, out) -> {
              kept.set(out);
              out.writeString(message, UTF_8);
            });

    listener.awaitSession().send("ab");

    assertThat(peer.readExactly(2)).isEqualTo("ab".getBytes(UTF_8));
    assertThatThrownBy(() -> kept.get().writeByte(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sendingFromEncodeFailsAndWritesNothing() {
    RawPeer peer =
        connect(
            FailingCodecTest::readAll,
            (context, message, out) -> {
              out.writeString(message, UTF_8);
              if (message.equals("bad")) {
                listener.awaitSession().send("inner");
              }
            });
    Session<String> session = listener.awaitSession();

    assertThatThrownBy(() -> session.send("bad"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must not send");
    session.send("good");

    assertThat(peer.readExactly(4)).isEqualTo("good".getBytes(UTF_8));
  }

  @Test
  void anExceptionInEncodeReachesTheCallerAndNothingIsSent() {
    RawPeer peer =
        connect(
            FailingCodecTest::readAll,
            (context, message, out) -> {
              out.writeString("partial", UTF_8);
              switch (message) {
                case "unchecked" -> throw new ArithmeticException("unchecked");
                case "error" -> throw new AssertionError("error");
                case "endless" -> {
                  while (true) {
                    out.writeLong(0);
                  }
                }
                default -> out.writeString(message, UTF_8);
              }
            });
    Session<String> session = listener.awaitSession();

    assertThatThrownBy(() -> session.send("unchecked")).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> session.send("error")).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> session.send("endless")).isInstanceOf(MessageTooLargeException.class);
    session.send("!");

    assertThat(peer.readExactly(8)).isEqualTo("partial!".getBytes(UTF_8));
    assertThat(session.stats().messagesOut()).isEqualTo(1);
  }

  @Test
  void aMessageOfTheWrongTypeReachesOnErrorAndTheSessionContinues() {
    AtomicInteger bad = new AtomicInteger();
    Codec<Object> codec =
        new Codec<>() {
          @Override
          public @Nullable Object decode(CodecContext context, ReadBuffer in) {
            String text = readAll(in);
            return text.equals("bad") ? bad.incrementAndGet() : text;
          }

          @Override
          public void encode(CodecContext context, Object message, WriteBuffer out) {}
        };
    @SuppressWarnings("unchecked") // which is the point
    Codec<String> lying = (Codec<String>) (Codec<?>) codec;
    List<Integer> lengths = new CopyOnWriteArrayList<>();
    listener.whenMessage((session, text) -> lengths.add(text.length()));
    Server<String> server =
        fixture.start(Server.tcp("127.0.0.1", 0).codec(lying).listener(listener));
    RawPeer peer = fixture.connect(server);

    peer.writeText("bad");
    assertThat(listener.awaitError()).isInstanceOf(ClassCastException.class);
    peer.writeText("good");

    await().until(() -> lengths.equals(List.of(4)));
    assertThat(listener.closes()).isEmpty();
  }

  @Test
  void anEmptyMessageIsDelivered() {
    AtomicInteger encoded = new AtomicInteger();
    RawPeer peer =
        connect(
            FailingCodecTest::readAll,
            (context, message, out) -> {
              encoded.incrementAndGet();
              out.writeString(message, UTF_8);
            });
    Session<String> session = listener.awaitSession();

    session.send("");
    CompletableFuture<Void> sent = session.sendAsync("").toCompletableFuture();

    assertThat(sent).succeedsWithin(SOON);
    session.send("x");
    assertThat(peer.readExactly(1)).containsExactly('x');
    assertThat(encoded).hasValue(3);
  }

  @Test
  void eachSessionMayHaveItsOwnCodec() {
    AtomicInteger made = new AtomicInteger();
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codecPerSession(() -> {
                  int number = made.incrementAndGet();
                  return new TestCodec(
                      in -> number + readAll(in),
                      (context, message, out) -> out.writeString(message, UTF_8));
                })
                .listener(listener));

    fixture.connect(server).writeText("a");
    listener.awaitMessages(1);
    fixture.connect(server).writeText("b");

    assertThat(listener.awaitMessages(2)).containsExactly("1a", "2b");
    assertThat(made).hasValue(2);
  }

  @Test
  void theCodecIsClosedIfCreatingTheListenerFails() {
    AtomicInteger open = new AtomicInteger();
    RecordingObserver observer = new RecordingObserver();
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codecPerSession(() -> {
                  open.incrementAndGet();
                  return new TextCodec() {
                    @Override
                    public void release(CodecContext context) {
                      open.decrementAndGet();
                    }
                  };
                })
                .observer(observer)
                .listenerPerSession(() -> {
                  throw new IllegalStateException("no listener");
                }));

    RawPeer peer = fixture.connect(server);
    peer.expectGone(SOON);

    assertThat(observer.awaitRejections(1))
        .containsExactly(
            new RecordingObserver.Rejection(peer.localAddress(), RejectReason.SETUP_FAILED));
    assertThat(open).as("codecs that were made and not told of the end").hasValue(0);
  }

  /** Closes the peer's side after the session has announced its end. */
  private static void goodbye(RawPeer peer) {
    peer.expectGone(SOON);
    peer.close();
  }
}
