package io.gannet.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.transport.BodyCodec;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.gannet.transport.json.JsonCodecs;
import io.gannet.transport.netty.NettyCodecs;
import io.gannet.transport.protobuf.ProtobufCodecs;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The codecs in docs/guide.md. */
class CodecSamplesTest {

  // tag::guide-codec[]
  record Reading(int sensor, double value) {}

  /** Frames of a 2-byte length, a type and a body; type 1 is a reading, others are skipped. */
  static final class ReadingCodec implements Codec<Reading> {

    @Override
    public @Nullable Reading decode(CodecContext context, ReadBuffer in) {
      if (in.readableBytes() < 2) {
        return null; // the length is incomplete: called again with more
      }
      int length = in.getShort(0) & 0xFFFF; // looks, does not read
      if (2 + length > context.maxMessageSize()) {
        throw new MessageTooLargeException(
            2 + length, context.maxMessageSize(), "maxMessageSize"); // before it has arrived
      }
      if (in.readableBytes() < 2 + length) {
        return null;
      }
      in.skip(2);
      ReadBuffer frame = in.readSlice(length); // the frame is consumed, whatever follows
      if (length != 11 || frame.readByte() != 1) {
        throw new SkippedMessageException("not a reading: a frame of " + length + " bytes");
      }
      return new Reading(frame.readUnsignedShort(), frame.readDouble());
    }

    @Override
    public void encode(CodecContext context, Reading reading, WriteBuffer out) {
      out.writeShort(11);
      out.writeByte(1);
      out.writeShort(reading.sensor());
      out.writeDouble(reading.value());
    }
  }

  // end::guide-codec[]

  // tag::guide-body[]
  /** The same frames: {@code Codecs.lengthPrefixed(LengthPrefix.uint16(), new ReadingBody())}. */
  static final class ReadingBody implements BodyCodec<Reading> {

    @Override
    public Reading decode(ReadBuffer body) {
      if (body.readableBytes() != 11 || body.readByte() != 1) {
        throw new SkippedMessageException("not a reading");
      }
      return new Reading(body.readUnsignedShort(), body.readDouble());
    }

    @Override
    public void encode(Reading reading, WriteBuffer out) {
      out.writeByte(1);
      out.writeShort(reading.sensor());
      out.writeDouble(reading.value());
    }
  }

  // end::guide-body[]

  @Test
  void readyMadeCodecs() {
    // tag::guide-codecs[]
    Codec<String> lines = Codecs.lines();
    Codec<byte[]> frames = Codecs.lengthPrefixed(); // 4 bytes of length, big-endian, then bytes
    Codec<String> texts =
        Codecs.lengthPrefixed(LengthPrefix.uint16().withLittleEndian(), Bodies.utf8());
    Codec<String> records = Codecs.delimited(new byte[] {0x1E}, Bodies.utf8());
    Codec<byte[]> cells = Codecs.fixedLength(53, Bodies.bytes());
    Codec<byte[]> bytes = Codecs.raw(); // unframed: a message is what one read returned
    // end::guide-codecs[]
    for (Codec<String> codec : List.of(lines, texts, records)) {
      assertThat(echoed(codec, "größer")).isEqualTo("größer");
    }
    for (Codec<byte[]> codec : List.of(frames, cells, bytes)) {
      assertThat(echoed(codec, new byte[53])).hasSize(53);
    }
  }

  // tag::guide-codecs-more[]
  record Order(String item, int amount) {}

  // end::guide-codecs-more[]

  @Test
  void codecsOfOtherLibraries() {
    // tag::guide-codecs-more[]
    Codec<Order> json = JsonCodecs.lines(Order.class); // one JSON value per line
    Codec<Order> framed = Codecs.lengthPrefixed(JsonCodecs.body(Order.class));
    Codec<StringValue> protobuf = ProtobufCodecs.delimited(StringValue.getDefaultInstance());
    Supplier<Codec<byte[]>> netty = // for codecPerSession: Netty's codecs keep state
        NettyCodecs.bytes(
            () -> new LengthFieldBasedFrameDecoder(65_536, 0, 2, 0, 2),
            () -> new LengthFieldPrepender(2));
    // end::guide-codecs-more[]
    Order order = new Order("tea", 2);
    assertThat(echoed(json, order)).isEqualTo(order);
    assertThat(echoed(framed, order)).isEqualTo(order);
    assertThat(echoed(protobuf, StringValue.of("x"))).isEqualTo(StringValue.of("x"));
    Collector<byte[]> collector = new Collector<>();
    try (Server<byte[]> server =
            Server.tcp("127.0.0.1", 0).codecPerSession(netty).onMessage(Session::send).start();
        Client<byte[]> client =
            Client.tcp("127.0.0.1", server.port())
                .codecPerSession(netty)
                .listener(collector)
                .start()) {
      client.session().send(new byte[] {1, 2, 3});
      await().until(() -> collector.messages.size() == 1);
      assertThat(collector.messages.element()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void ownBody() {
    Codec<Reading> codec = Codecs.lengthPrefixed(LengthPrefix.uint16(), new ReadingBody());
    assertThat(echoed(codec, new Reading(7, 20.5))).isEqualTo(new Reading(7, 20.5));
  }

  private static <M> M echoed(Codec<M> codec, M message) {
    Collector<M> collector = new Collector<>();
    try (Server<M> server =
            Server.tcp("127.0.0.1", 0).codec(codec).onMessage(Session::send).start();
        Client<M> client =
            Client.tcp("127.0.0.1", server.port()).codec(codec).listener(collector).start()) {
      client.session().send(message);
      await().until(() -> collector.messages.size() == 1);
      return collector.messages.element();
    }
  }

  static final class Collector<M> implements SessionListener<M> {
    final Queue<M> messages = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    final Queue<CloseReason.Kind> closed = new ConcurrentLinkedQueue<>();

    @Override
    public void onMessage(Session<M> session, M message) {
      messages.add(message);
    }

    @Override
    public void onError(Session<M> session, Throwable error) {
      errors.add(error);
    }

    @Override
    public void onClose(Session<M> session, CloseReason reason) {
      closed.add(reason.kind());
    }
  }

  @Test
  void ownCodec() {
    Collector<Reading> collector = new Collector<>();
    try (Server<Reading> server =
            Server.tcp("127.0.0.1", 0).codec(new ReadingCodec()).listener(collector).start();
        Client<Reading> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(new ReadingCodec())
                .onMessage((session, reading) -> {})
                .start()) {
      client.session().send(new Reading(7, 20.5));
      await()
          .untilAsserted(
              () -> assertThat(collector.messages).containsExactly(new Reading(7, 20.5)));
    }
  }

  @Test
  void ownCodecSkipsAndLimits() throws IOException {
    Collector<Reading> collector = new Collector<>();
    try (Server<Reading> server =
        Server.tcp("127.0.0.1", 0)
            .codec(new ReadingCodec())
            .maxMessageSize(64)
            .listener(collector)
            .start()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        // A frame of an unknown type, then one byte of a reading's frame, then the rest.
        socket.getOutputStream().write(new byte[] {0, 3, 9, 9, 9, 0});
        socket
            .getOutputStream()
            .write(new byte[] {11, 1, 0, 7, 0x40, 0x34, (byte) 0x80, 0, 0, 0, 0, 0});
        await()
            .untilAsserted(
                () -> assertThat(collector.messages).containsExactly(new Reading(7, 20.5)));
        assertThat(collector.errors).singleElement().isInstanceOf(SkippedMessageException.class);
        assertThat(collector.closed).isEmpty();
        // A length over the limit closes the session before the frame is here.
        socket.getOutputStream().write(new byte[] {1, 0});
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      await()
          .untilAsserted(() ->
              assertThat(collector.closed).containsExactly(CloseReason.Kind.MESSAGE_TOO_LARGE));
    }
  }

  // tag::guide-codec-length[]
  record Note(String title, String text) {}

  /** A 4-byte length of all that follows, the title's length, the title, the text. */
  static final class NoteCodec implements Codec<Note> {

    @Override
    public void encode(CodecContext context, Note note, WriteBuffer out) {
      out.writeInt(0); // not known yet
      out.writeShort(0);
      int titleLength = out.writeString(note.title(), UTF_8);
      if (titleLength > 65_535) {
        throw new EncodeException("title of " + titleLength + " bytes, at most 65535 fit");
      }
      out.writeString(note.text(), UTF_8);
      out.setInt(0, out.size() - 4);
      out.setShort(4, titleLength);
    }

    // ... and decode
    // end::guide-codec-length[]

    @Override
    public @Nullable Note decode(CodecContext context, ReadBuffer in) {
      if (in.readableBytes() < 4 || in.readableBytes() < 4 + in.getInt(0)) {
        return null;
      }
      ReadBuffer frame = in.readSlice(4 + in.getInt(0));
      frame.skip(4);
      String title = frame.readString(frame.readUnsignedShort(), UTF_8);
      return new Note(title, frame.readString(frame.readableBytes(), UTF_8));
    }
    // tag::guide-codec-length[]
  }

  // end::guide-codec-length[]

  @Test
  void writesALengthThatIsKnownOnlyAfterwards() {
    Collector<Note> collector = new Collector<>();
    try (Server<Note> server =
            Server.tcp("127.0.0.1", 0).codec(new NoteCodec()).listener(collector).start();
        Client<Note> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(new NoteCodec())
                .onMessage((session, note) -> {})
                .start()) {
      Session<Note> session = client.session();
      assertThatThrownBy(() -> session.send(new Note("x".repeat(70_000), "")))
          .isInstanceOf(EncodeException.class);
      Note note = new Note("größer", "als");
      session.send(note);
      await().untilAsserted(() -> assertThat(collector.messages).containsExactly(note));
    }
  }

  // tag::guide-codec-per-session[]
  /** Texts of up to 255 bytes, each after its number, so that a missing one is noticed. */
  static final class NumberedCodec implements Codec<String> {
    private int sent;
    private int received;

    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getUnsignedByte(1)) {
        return null;
      }
      int number = in.readUnsignedByte();
      if (number != (received & 0xFF)) {
        throw new DecodeException("message " + number + " arrived instead of " + received);
      }
      received++;
      return in.readString(in.readUnsignedByte(), UTF_8);
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {
      byte[] text = message.getBytes(UTF_8);
      if (text.length > 255) {
        throw new EncodeException("text of " + text.length + " bytes, at most 255 fit");
      }
      out.writeByte(sent);
      out.writeByte(text.length);
      out.writeBytes(text);
      sent++; // last, after everything that can fail
    }
  }

  // end::guide-codec-per-session[]

  @Test
  void makesACodecForEachSession() {
    Collector<String> collector = new Collector<>();
    // tag::guide-codec-per-session-use[]
    Server<String> server =
        Server.tcp(0).codecPerSession(NumberedCodec::new).listener(collector).start();
    // end::guide-codec-per-session-use[]
    try (server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codecPerSession(NumberedCodec::new)
                .onMessage((session, text) -> {})
                .start()) {
      client.session().send("one");
      client.session().send("two");
      await().untilAsserted(() -> assertThat(collector.messages).containsExactly("one", "two"));
    }
  }
}
