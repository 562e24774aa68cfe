package io.gannet.rpc.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gannet's own frames as bytes, described in docs/wire-protocol.md: {@code length u32 | type u8 | flags
 * u8 | id u32 | body}; without the length where the transport keeps messages apart.
 *
 * <p>What is wrong inside a frame whose end is known becomes a {@link Malformed}, so that only that call
 * fails. One codec serves one connection; decoding and encoding share nothing that changes.
 */
final class GannetCodec implements Codec<Frame> {

  static final int HELLO = 0x01;
  static final int REQUEST = 0x02;
  static final int RESPONSE = 0x03;
  static final int CANCEL = 0x04;
  static final int STREAM_ITEM = 0x05;
  static final int STREAM_END = 0x06;
  static final int CREDIT = 0x07;
  static final int PING = 0x08;
  static final int PONG = 0x09;
  static final int GO_AWAY = 0x0A;
  static final int LAST_CALL = 0x0B;
  static final int REPLY_BEGINS = 0x0C;

  /** On a request, response or item: the payload is compressed. */
  static final int COMPRESSED = 0x01;

  /** On a request: no response. */
  static final int ONE_WAY = 0x02;

  /** On a request: items of arguments follow. */
  static final int SENDS_ITEMS = 0x04;

  /** On a request: the result may come as items. */
  static final int TAKES_ITEMS = 0x08;

  /** On an item or a credit: of the result, not of the arguments. */
  static final int OF_RESULTS = 0x02;

  /** On a response: the handler was not run. */
  static final int NOT_STARTED = 0x02;

  static final int MAGIC = 0x474E5250; // GNRP

  static final int FIELD_MAX_FRAME = 1;
  static final int FIELD_MAX_CALLS = 2;
  static final int FIELD_GREETING = 3;
  static final int FIELD_COMPRESSION = 4;
  static final int FIELD_WINDOW = 5;

  /** The number of raw DEFLATE. */
  static final int DEFLATE = 1;

  private static final int HEADER = 6;
  private static final int LENGTH = 4;

  /** How many characters of a failure's message are sent. */
  private static final int MAX_TEXT = 4096;

  /** How many bytes service and method may have. */
  private static final int MAX_METHOD = 1024;

  private static final long UINT32 = 0xFFFF_FFFFL;

  private final WireLimits limits;

  /** How large a compressed value may become; only decoding looks at it. */
  private int maxInflated;

  /**
   * Whether the peer has been told that no more calls come. Only encoding looks at it, of which one goes
   * on at a time: no call can follow, whoever sends it.
   */
  private boolean callsEnded;

  GannetCodec(WireLimits limits) {
    this.limits = limits;
  }

  /** The content of a frame is not as it must be. Without a stack, because it never leaves here. */
  private static final class BadContent extends Exception {
    private static final long serialVersionUID = 1L;
    private final RpcCode code;

    BadContent(RpcCode code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  /** Whether the transport keeps messages apart. */
  private static boolean isFramed(CodecContext context) {
    return context.connection().keepsMessages();
  }

  // ---------------------------------------------------------------- in

  @Override
  public @Nullable Frame decode(CodecContext context, ReadBuffer in) {
    maxInflated = context.maxMessageSize();
    int readable = in.readableBytes();
    int length;
    if (isFramed(context)) {
      if (readable == 0) {
        return null;
      }
      length = readable;
    } else {
      if (readable < LENGTH) {
        return null;
      }
      long announced = in.getInt(0) & UINT32;
      if (announced > context.maxMessageSize() - LENGTH) {
        throw new MessageTooLargeException(
            announced + LENGTH, context.maxMessageSize(), "maxMessageSize");
      }
      length = (int) announced;
      if (readable < LENGTH + length) {
        return null;
      }
      in.skip(LENGTH);
    }
    if (length < HEADER) {
      throw new DecodeException(
          "a frame must have at least %d bytes, not %d: the peer may use another protocol"
              .formatted(HEADER, length));
    }
    // From here on: how many bytes are readable behind this frame.
    int behind = in.readableBytes() - length;
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    long id = in.readUnsignedInt();
    try {
      return readBody(type, flags, id, in, behind);
    } catch (BadContent e) {
      Malformed.Kind kind =
          switch (type) {
            case REQUEST -> (flags & ONE_WAY) == 0 ? Malformed.Kind.REQUEST : Malformed.Kind.OTHER;
            case RESPONSE -> Malformed.Kind.RESPONSE;
            case STREAM_ITEM ->
                (flags & OF_RESULTS) == 0
                    ? Malformed.Kind.ARGUMENT_ITEM
                    : Malformed.Kind.RESULT_ITEM;
            default -> Malformed.Kind.OTHER;
          };
      return new Malformed(kind, id, e.code, String.valueOf(e.getMessage()));
    } finally {
      in.skip(in.readableBytes() - behind);
    }
  }

  private Frame readBody(int type, int flags, long id, ReadBuffer in, int behind)
      throws BadContent {
    return switch (type) {
      case REQUEST -> readRequest(flags, id, in, behind);
      case RESPONSE -> readResponse(flags, id, in, behind);
      case CANCEL -> new Frame.Cancel(id);
      case REPLY_BEGINS ->
          new Frame.ReplyBegins(id, readMetadata(in, behind, false), Frame.NO_LIMIT);
      case STREAM_ITEM -> readItem(flags, id, in, behind);
      case STREAM_END -> new Frame.StreamEnd(id);
      case CREDIT -> {
        need(8, in, behind);
        yield new Frame.Credit(
            id, (flags & OF_RESULTS) != 0, in.readUnsignedInt(), in.readUnsignedInt());
      }
      case HELLO -> readHello(in, behind);
      case PING -> new Frame.Ping(id);
      case PONG -> new Frame.Pong(id);
      case LAST_CALL -> new Frame.LastCall();
      case GO_AWAY -> {
        need(1, in, behind);
        Frame.Reason reason = Frame.Reason.of(in.readUnsignedByte());
        yield new Frame.GoAway(reason, readText(in, behind));
      }
      default -> new Frame.Unknown(type);
    };
  }

  private Frame readRequest(int flags, long id, ReadBuffer in, int behind) throws BadContent {
    need(7, in, behind);
    long timeout = in.readUnsignedInt();
    int encoding = in.readUnsignedByte();
    int length = in.readUnsignedShort();
    if (length > MAX_METHOD) {
      throw new BadContent(
          RpcCode.INVALID_ARGUMENT,
          "the name of the method has %,d bytes, the limit is %,d".formatted(length, MAX_METHOD));
    }
    need(length, in, behind);
    String method = in.readString(length, UTF_8);
    Metadata metadata = readMetadata(in, behind, true);
    Payload payload = readPayload(encoding, flags, in, behind);
    return new Frame.Request(
        id,
        (flags & ONE_WAY) != 0,
        timeout,
        method,
        metadata,
        payload,
        Frame.NO_LIMIT,
        Frame.Streams.of((flags & SENDS_ITEMS) != 0, (flags & TAKES_ITEMS) != 0));
  }

  private Frame readItem(int flags, long id, ReadBuffer in, int behind) throws BadContent {
    need(1, in, behind);
    int encoding = in.readUnsignedByte();
    int size = in.readableBytes() - behind;
    Payload payload = readPayload(encoding, flags, in, behind);
    Frame.StreamItem item =
        new Frame.StreamItem(id, (flags & OF_RESULTS) != 0, payload, Frame.NO_LIMIT);
    item.size(size);
    return item;
  }

  private Frame readResponse(int flags, long id, ReadBuffer in, int behind) throws BadContent {
    need(2, in, behind);
    int code = in.readUnsignedByte();
    int encoding = in.readUnsignedByte();
    Metadata metadata = readMetadata(in, behind, false);
    if (code == RpcCode.OK.number()) {
      Payload payload = readPayload(encoding, flags, in, behind);
      return new Frame.Response(id, metadata, payload, null, Frame.NO_LIMIT);
    }
    String message = readText(in, behind);
    String remote = readText(in, behind);
    Map<String, String> details = Field.details(readEntries(in, behind, false, false));
    return Frame.Response.of(
        id,
        metadata,
        new Frame.Failure(
            RpcCode.of(code),
            (flags & NOT_STARTED) != 0,
            message,
            remote.isEmpty() ? null : remote,
            details),
        Frame.NO_LIMIT);
  }

  private Frame readHello(ReadBuffer in, int behind) throws BadContent {
    need(6, in, behind);
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new BadContent(RpcCode.INVALID_ARGUMENT, "the first frame doesn't begin with GNRP");
    }
    int lowest = in.readUnsignedByte();
    int highest = in.readUnsignedByte();
    int maxFrame = Frame.NO_LIMIT;
    int maxCalls = Frame.NO_LIMIT;
    Metadata greeting = Metadata.empty();
    boolean inflates = false;
    Frame.Window window = null;
    while (in.readableBytes() > behind) {
      need(4, in, behind);
      int field = in.readUnsignedShort();
      int length = in.readUnsignedShort();
      need(length, in, behind);
      int next = in.readableBytes() - length;
      switch (field) {
        case FIELD_MAX_FRAME -> maxFrame = readLimit(in, next);
        case FIELD_MAX_CALLS -> maxCalls = readLimit(in, next);
        case FIELD_GREETING -> greeting = readMetadata(in, next, true);
        case FIELD_COMPRESSION -> {
          while (in.readableBytes() > next) {
            inflates |= in.readUnsignedByte() == DEFLATE;
          }
        }
        case FIELD_WINDOW -> window = new Frame.Window(readLimit(in, next), readLimit(in, next));
        default -> {} // what a newer peer has to say
      }
      in.skip(in.readableBytes() - next);
    }
    return new Frame.Hello(lowest, highest, maxFrame, maxCalls, greeting, inflates, window);
  }

  private static int readLimit(ReadBuffer in, int behind) throws BadContent {
    need(4, in, behind);
    return (int) Math.min(in.readUnsignedInt(), Frame.NO_LIMIT);
  }

  private Payload readPayload(int encoding, int flags, ReadBuffer in, int behind)
      throws BadContent {
    if (!Payload.Encoding.isKnown(encoding)) {
      throw new BadContent(RpcCode.UNIMPLEMENTED, "unknown encoding of values: " + encoding);
    }
    if ((flags & COMPRESSED) != 0) {
      need(4, in, behind);
      long size = in.readUnsignedInt();
      if (size > maxInflated) {
        throw new BadContent(
            RpcCode.RESOURCE_EXHAUSTED,
            "the decompressed payload has %,d bytes, the limit is %,d (setting maxMessageSize)"
                .formatted(size, maxInflated));
      }
      return new CompressedPayload(
          Payload.Encoding.of(encoding), (int) size, in.readBytes(in.readableBytes() - behind));
    }
    int length = in.readableBytes() - behind;
    if (encoding == Payload.Encoding.NONE.number() && length == 0) {
      return PlainPayload.EMPTY;
    }
    return new PlainPayload(Payload.Encoding.of(encoding), in.readBytes(length));
  }

  private Metadata readMetadata(ReadBuffer in, int behind, boolean strict) throws BadContent {
    return Field.metadata(readEntries(in, behind, true, strict));
  }

  /**
   * Reads entries.
   *
   * @param metadata whether the keys must be those of metadata
   * @param strict whether what is over the limits is a mistake; else it is left out
   */
  private List<Field> readEntries(ReadBuffer in, int behind, boolean metadata, boolean strict)
      throws BadContent {
    need(2, in, behind);
    int length = in.readUnsignedShort();
    if (length == 0) {
      return List.of();
    }
    if (strict && length > limits.metadataBytes()) {
      throw new BadContent(RpcCode.RESOURCE_EXHAUSTED, limits.tooLarge(length));
    }
    need(length, in, behind);
    int end = in.readableBytes() - length;
    List<Field> entries = new ArrayList<>();
    while (in.readableBytes() > end) {
      if (strict && entries.size() == limits.metadataEntries()) {
        throw new BadContent(RpcCode.RESOURCE_EXHAUSTED, limits.tooMany(entries.size() + 1));
      }
      int keyLength = in.readUnsignedByte();
      need(keyLength, in, end);
      String key = in.readString(keyLength, UTF_8);
      if (metadata && !Metadata.isKey(key)) {
        throw new BadContent(RpcCode.INVALID_ARGUMENT, "metadata has an invalid key");
      }
      need(2, in, end);
      int valueLength = in.readUnsignedShort();
      need(valueLength, in, end);
      entries.add(
          metadata
              ? Field.received(key, in.readBytes(valueLength))
              : new Field(key, in.readString(valueLength, UTF_8), false));
    }
    return strict ? entries : limits.fitting(entries);
  }

  private static String readText(ReadBuffer in, int behind) throws BadContent {
    need(2, in, behind);
    int length = in.readUnsignedShort();
    need(length, in, behind);
    return in.readString(length, UTF_8);
  }

  private static void need(int bytes, ReadBuffer in, int behind) throws BadContent {
    if (in.readableBytes() - behind < bytes) {
      throw new BadContent(RpcCode.INVALID_ARGUMENT, "the frame ends in the middle of a field");
    }
  }

  // ---------------------------------------------------------------- out

  @Override
  public void encode(CodecContext context, Frame frame, WriteBuffer out) {
    boolean framed = isFramed(context);
    if (!framed) {
      out.writeInt(0); // the length is known afterwards
    }
    switch (frame) {
      case Frame.Request request -> writeRequest(request, out);
      case Frame.Response response -> writeResponse(response, out);
      case Frame.ReplyBegins begins -> {
        writeHeader(REPLY_BEGINS, 0, begins.id(), out);
        writeFittingEntries(Field.of(begins.metadata()), out);
        check(out, begins.maxSize());
      }
      case Frame.Cancel(long id) -> writeHeader(CANCEL, 0, id, out);
      case Frame.StreamItem item -> writeItem(item, out);
      case Frame.StreamEnd(long id) -> writeHeader(STREAM_END, 0, id, out);
      case Frame.Credit credit -> {
        writeHeader(CREDIT, credit.ofResults() ? OF_RESULTS : 0, credit.id(), out);
        out.writeInt((int) credit.items());
        out.writeInt((int) credit.bytes());
      }
      case Frame.Hello hello -> writeHello(hello, out);
      case Frame.Ping(long token) -> writeHeader(PING, 0, token, out);
      case Frame.Pong(long token) -> writeHeader(PONG, 0, token, out);
      case Frame.GoAway(Frame.Reason reason, String text) -> {
        writeHeader(GO_AWAY, 0, 0, out);
        out.writeByte(reason.number());
        writeText(text, MAX_TEXT, out);
      }
      case Frame.LastCall() -> {
        writeHeader(LAST_CALL, 0, 0, out);
        callsEnded = true;
      }
      case Frame.Unknown unknown -> throw notSent(unknown);
      case Malformed malformed -> throw notSent(malformed);
    }
    if (!framed) {
      out.setInt(0, out.size() - LENGTH);
    }
  }

  private static EncodeException notSent(Frame frame) {
    return new EncodeException("a frame that is never sent: " + frame);
  }

  private static void writeHeader(int type, int flags, long id, WriteBuffer out) {
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt((int) id);
  }

  private void writeRequest(Frame.Request request, WriteBuffer out) {
    if (callsEnded) {
      throw new NoMoreCallsException();
    }
    int flags =
        (request.oneWay() ? ONE_WAY : 0)
            | flagOf(request.payload())
            | (request.streams().hasArguments() ? SENDS_ITEMS : 0)
            | (request.streams().hasResults() ? TAKES_ITEMS : 0);
    writeHeader(REQUEST, flags, request.id(), out);
    out.writeInt((int) Math.min(request.timeoutMillis(), UINT32));
    out.writeByte(request.payload().encoding().number());
    int lengthAt = out.size();
    out.writeShort(0);
    int length = out.writeString(request.method(), UTF_8);
    if (length > MAX_METHOD) {
      throw new EncodeException(
          "the name of the method has %,d bytes, the limit is %,d".formatted(length, MAX_METHOD));
    }
    out.setShort(lengthAt, length);
    writeAllEntries(request.metadata(), out);
    request.payload().writeTo(out);
    check(out, request.maxSize());
  }

  private void writeResponse(Frame.Response response, WriteBuffer out) {
    Frame.Failure failure = response.failure();
    boolean notStarted = failure != null && failure.notStarted();
    int flags = (notStarted ? NOT_STARTED : 0) | flagOf(response.payload());
    writeHeader(RESPONSE, flags, response.id(), out);
    out.writeByte((failure == null ? RpcCode.OK : failure.code()).number());
    out.writeByte(response.payload().encoding().number());
    writeFittingEntries(Field.of(response.metadata()), out);
    if (failure == null) {
      response.payload().writeTo(out);
    } else {
      writeText(failure.message(), MAX_TEXT, out);
      writeText(failure.type() == null ? "" : failure.type(), MAX_TEXT, out);
      writeFittingEntries(Field.of(failure.details()), out);
    }
    check(out, response.maxSize());
  }

  private static void writeItem(Frame.StreamItem item, WriteBuffer out) {
    int flags = (item.ofResults() ? OF_RESULTS : 0) | flagOf(item.payload());
    writeHeader(STREAM_ITEM, flags, item.id(), out);
    out.writeByte(item.payload().encoding().number());
    int before = out.size();
    item.payload().writeTo(out);
    item.size(out.size() - before);
    check(out, item.maxSize());
  }

  private static int flagOf(Payload payload) {
    return payload.isCompressed() ? COMPRESSED : 0;
  }

  /** The peer would end the connection, and all calls on it. */
  private static void check(WriteBuffer out, int maxSize) {
    if (out.size() > maxSize) {
      throw new MessageTooLargeException(out.size(), maxSize, "maxMessageSize of the peer");
    }
  }

  private void writeHello(Frame.Hello hello, WriteBuffer out) {
    writeHeader(HELLO, 0, 0, out);
    out.writeInt(MAGIC);
    out.writeByte(hello.lowestVersion());
    out.writeByte(hello.highestVersion());
    writeLimit(FIELD_MAX_FRAME, hello.maxFrame(), out);
    writeLimit(FIELD_MAX_CALLS, hello.maxCalls(), out);
    if (hello.inflates()) {
      out.writeShort(FIELD_COMPRESSION);
      out.writeShort(1);
      out.writeByte(DEFLATE);
    }
    Frame.Window window = hello.window();
    if (window != null) {
      out.writeShort(FIELD_WINDOW);
      out.writeShort(8);
      out.writeInt(window.items());
      out.writeInt(window.bytes());
    }
    if (!hello.greeting().isEmpty()) {
      out.writeShort(FIELD_GREETING);
      int lengthAt = out.size();
      out.writeShort(0);
      writeAllEntries(hello.greeting(), out);
      out.setShort(lengthAt, out.size() - lengthAt - 2);
    }
  }

  private static void writeLimit(int field, int value, WriteBuffer out) {
    out.writeShort(field);
    out.writeShort(4);
    out.writeInt(value);
  }

  /** Writes entries, or throws if they are over the limits. */
  private void writeAllEntries(Metadata metadata, WriteBuffer out) {
    List<Field> fields = Field.of(metadata);
    String tooMuch = limits.excess(fields);
    if (tooMuch != null) {
      throw new MessageTooLargeException(tooMuch, null);
    }
    writeEntries(fields, out);
  }

  /** Writes entries, without those that are over the limits: more important things go along with them. */
  private void writeFittingEntries(List<Field> fields, WriteBuffer out) {
    writeEntries(limits.fitting(fields), out);
  }

  private static void writeEntries(List<Field> fields, WriteBuffer out) {
    int lengthAt = out.size();
    out.writeShort(0);
    for (Field field : fields) {
      int at = out.size();
      out.writeByte(0);
      out.setByte(at, out.writeString(field.key(), UTF_8));
      byte[] value = field.bytes();
      out.writeShort(value.length);
      out.writeBytes(value);
    }
    out.setShort(lengthAt, out.size() - lengthAt - 2);
  }

  private static void writeText(String text, int maxCharacters, WriteBuffer out) {
    int at = out.size();
    out.writeShort(0);
    CharSequence shown = CutText.of(text, maxCharacters);
    int length = out.writeString(shown, UTF_8);
    if (length > 0xFFFF) {
      throw new EncodeException("a text has %,d bytes, the limit is 65,535".formatted(length));
    }
    out.setShort(at, length);
  }
}
