package io.gannet.rpc.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WriteBuffer;
import java.util.List;

/** Writes the frames of Gannet's own protocol. Immutable: one instance serves all connections. */
final class GannetWriter {

  /** The longest failure message that is sent, in characters. */
  private static final int MAX_TEXT = 4096;

  private final WireLimits limits;

  GannetWriter(WireLimits limits) {
    this.limits = limits;
  }

  /** Writes a frame, without its length. */
  void write(Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.Request request -> writeRequest(request, out);
      case Frame.Response response -> writeResponse(response, out);
      case Frame.ReplyBegins begins -> {
        writeHeader(GannetFormat.REPLY_BEGINS, 0, begins.id(), out);
        writeFittingEntries(Field.of(begins.metadata()), out);
        check(out, begins.maxSize());
      }
      case Frame.Cancel(long id) -> writeHeader(GannetFormat.CANCEL, 0, id, out);
      case Frame.StreamItem item -> writeItem(item, out);
      case Frame.StreamEnd(long id) -> writeHeader(GannetFormat.STREAM_END, 0, id, out);
      case Frame.Credit credit -> {
        writeHeader(
            GannetFormat.CREDIT,
            credit.ofResults() ? GannetFormat.OF_RESULTS : 0,
            credit.id(),
            out);
        out.writeInt((int) credit.items());
        out.writeInt((int) credit.bytes());
      }
      case Frame.Hello hello -> writeHello(hello, out);
      case Frame.Ping(long token) -> writeHeader(GannetFormat.PING, 0, token, out);
      case Frame.Pong(long token) -> writeHeader(GannetFormat.PONG, 0, token, out);
      case Frame.GoAway(Frame.Reason reason, String text) -> {
        writeHeader(GannetFormat.GO_AWAY, 0, 0, out);
        out.writeByte(reason.number());
        writeText(text, MAX_TEXT, out);
      }
      case Frame.LastCall() -> writeHeader(GannetFormat.LAST_CALL, 0, 0, out);
      case Frame.Unknown unknown -> throw notSent(unknown);
      case Malformed malformed -> throw notSent(malformed);
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
    int flags =
        (request.oneWay() ? GannetFormat.ONE_WAY : 0)
            | flagOf(request.payload())
            | (request.streams().hasArguments() ? GannetFormat.SENDS_ITEMS : 0)
            | (request.streams().hasResults() ? GannetFormat.TAKES_ITEMS : 0);
    writeHeader(GannetFormat.REQUEST, flags, request.id(), out);
    out.writeInt((int) Math.min(request.timeoutMillis(), GannetFormat.UINT32));
    out.writeByte(request.payload().encoding().number());
    int lengthAt = out.size();
    out.writeShort(0);
    int length = out.writeString(request.method(), UTF_8);
    if (length > GannetFormat.MAX_METHOD) {
      throw new EncodeException(
          "the name of the method has %,d bytes, the limit is %,d"
              .formatted(length, GannetFormat.MAX_METHOD));
    }
    out.setShort(lengthAt, length);
    writeAllEntries(request.metadata(), out);
    request.payload().writeTo(out);
    check(out, request.maxSize());
  }

  private void writeResponse(Frame.Response response, WriteBuffer out) {
    Frame.Failure failure = response.failure();
    boolean notStarted = failure != null && failure.notStarted();
    int flags = (notStarted ? GannetFormat.NOT_STARTED : 0) | flagOf(response.payload());
    writeHeader(GannetFormat.RESPONSE, flags, response.id(), out);
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
    int flags = (item.ofResults() ? GannetFormat.OF_RESULTS : 0) | flagOf(item.payload());
    writeHeader(GannetFormat.STREAM_ITEM, flags, item.id(), out);
    out.writeByte(item.payload().encoding().number());
    int before = out.size();
    item.payload().writeTo(out);
    item.size(out.size() - before);
    check(out, item.maxSize());
  }

  private static int flagOf(Payload payload) {
    return payload.isCompressed() ? GannetFormat.COMPRESSED : 0;
  }

  /** Throws if a frame is too large: the peer would end the connection with all its calls. */
  private static void check(WriteBuffer out, int maxSize) {
    if (out.size() > maxSize) {
      throw new MessageTooLargeException(out.size(), maxSize, "maxMessageSize of the peer");
    }
  }

  private void writeHello(Frame.Hello hello, WriteBuffer out) {
    writeHeader(GannetFormat.HELLO, 0, 0, out);
    out.writeInt(GannetFormat.MAGIC);
    out.writeByte(hello.lowestVersion());
    out.writeByte(hello.highestVersion());
    writeLimit(GannetFormat.FIELD_MAX_FRAME, hello.maxFrame(), out);
    writeLimit(GannetFormat.FIELD_MAX_CALLS, hello.maxCalls(), out);
    if (hello.inflates()) {
      out.writeShort(GannetFormat.FIELD_COMPRESSION);
      out.writeShort(1);
      out.writeByte(GannetFormat.DEFLATE);
    }
    Frame.Window window = hello.window();
    if (window != null) {
      out.writeShort(GannetFormat.FIELD_WINDOW);
      out.writeShort(8);
      out.writeInt(window.items());
      out.writeInt(window.bytes());
    }
    if (!hello.greeting().isEmpty()) {
      out.writeShort(GannetFormat.FIELD_GREETING);
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

  /** Writes entries. Throws if they exceed the limits. */
  private void writeAllEntries(Metadata metadata, WriteBuffer out) {
    List<Field> fields = Field.of(metadata);
    String tooMuch = limits.excess(fields);
    if (tooMuch != null) {
      throw new MessageTooLargeException(tooMuch, null);
    }
    writeEntries(fields, out);
  }

  /**
   * Writes entries without those that exceed the limits, because the frame also contains more
   * important fields.
   */
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
