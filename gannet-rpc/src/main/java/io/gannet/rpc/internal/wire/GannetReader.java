package io.gannet.rpc.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.transport.DecodeException;
import io.gannet.transport.ReadBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the frames of Gannet's own protocol. An error inside a frame becomes a {@link Malformed},
 * so that only that call fails. Immutable: one instance serves all connections.
 */
final class GannetReader {

  private final WireLimits limits;

  GannetReader(WireLimits limits) {
    this.limits = limits;
  }

  /**
   * The content of a frame is invalid. It has no stack trace, because it is always caught in this
   * class.
   */
  private static final class BadContent extends Exception {
    private static final long serialVersionUID = 1L;
    private final RpcCode code;

    BadContent(RpcCode code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  /**
   * Reads a frame of any type.
   *
   * @param in starts with the frame
   * @param length the size of the frame in bytes
   * @param maxInflated the largest inflated size of a compressed value
   */
  Frame read(ReadBuffer in, int length, int maxInflated) {
    if (length < GannetFormat.HEADER) {
      throw new DecodeException(
          "a frame must have at least %d bytes, not %d: the peer may use another protocol"
              .formatted(GannetFormat.HEADER, length));
    }
    // From here on: the number of readable bytes behind this frame.
    int behind = in.readableBytes() - length;
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    long id = in.readUnsignedInt();
    try {
      return readBody(type, flags, id, in, behind, maxInflated);
    } catch (BadContent e) {
      Malformed.Kind kind =
          switch (type) {
            case GannetFormat.REQUEST ->
                (flags & GannetFormat.ONE_WAY) == 0 ? Malformed.Kind.REQUEST : Malformed.Kind.OTHER;
            case GannetFormat.RESPONSE -> Malformed.Kind.RESPONSE;
            case GannetFormat.STREAM_ITEM ->
                (flags & GannetFormat.OF_RESULTS) == 0
                    ? Malformed.Kind.ARGUMENT_ITEM
                    : Malformed.Kind.RESULT_ITEM;
            default -> Malformed.Kind.OTHER;
          };
      return new Malformed(kind, id, e.code, String.valueOf(e.getMessage()));
    } finally {
      in.skip(in.readableBytes() - behind);
    }
  }

  private Frame readBody(int type, int flags, long id, ReadBuffer in, int behind, int maxInflated)
      throws BadContent {
    return switch (type) {
      case GannetFormat.REQUEST -> readRequest(flags, id, in, behind, maxInflated);
      case GannetFormat.RESPONSE -> readResponse(flags, id, in, behind, maxInflated);
      case GannetFormat.CANCEL -> new Frame.Cancel(id);
      case GannetFormat.REPLY_BEGINS ->
          new Frame.ReplyBegins(id, readMetadata(in, behind, false), Frame.NO_LIMIT);
      case GannetFormat.STREAM_ITEM -> readItem(flags, id, in, behind, maxInflated);
      case GannetFormat.STREAM_END -> new Frame.StreamEnd(id);
      case GannetFormat.CREDIT -> {
        need(8, in, behind);
        yield new Frame.Credit(
            id, (flags & GannetFormat.OF_RESULTS) != 0, in.readUnsignedInt(), in.readUnsignedInt());
      }
      case GannetFormat.HELLO -> readHello(in, behind);
      case GannetFormat.PING -> new Frame.Ping(id);
      case GannetFormat.PONG -> new Frame.Pong(id);
      case GannetFormat.LAST_CALL -> new Frame.LastCall();
      case GannetFormat.GO_AWAY -> {
        need(1, in, behind);
        Frame.Reason reason = Frame.Reason.of(in.readUnsignedByte());
        yield new Frame.GoAway(reason, readText(in, behind));
      }
      default -> new Frame.Unknown(type);
    };
  }

  private Frame readRequest(int flags, long id, ReadBuffer in, int behind, int maxInflated)
      throws BadContent {
    need(7, in, behind);
    long timeout = in.readUnsignedInt();
    int encoding = in.readUnsignedByte();
    int length = in.readUnsignedShort();
    if (length > GannetFormat.MAX_METHOD) {
      throw new BadContent(
          RpcCode.INVALID_ARGUMENT,
          "the name of the method has %,d bytes, the limit is %,d"
              .formatted(length, GannetFormat.MAX_METHOD));
    }
    need(length, in, behind);
    String method = in.readString(length, UTF_8);
    Metadata metadata = readMetadata(in, behind, true);
    Payload payload = readPayload(encoding, flags, in, behind, maxInflated);
    return new Frame.Request(
        id,
        (flags & GannetFormat.ONE_WAY) != 0,
        timeout,
        method,
        metadata,
        payload,
        Frame.NO_LIMIT,
        Frame.Streams.of(
            (flags & GannetFormat.SENDS_ITEMS) != 0, (flags & GannetFormat.TAKES_ITEMS) != 0));
  }

  private Frame readItem(int flags, long id, ReadBuffer in, int behind, int maxInflated)
      throws BadContent {
    need(1, in, behind);
    int encoding = in.readUnsignedByte();
    int size = in.readableBytes() - behind;
    Payload payload = readPayload(encoding, flags, in, behind, maxInflated);
    Frame.StreamItem item =
        new Frame.StreamItem(id, (flags & GannetFormat.OF_RESULTS) != 0, payload, Frame.NO_LIMIT);
    item.size(size);
    return item;
  }

  private Frame readResponse(int flags, long id, ReadBuffer in, int behind, int maxInflated)
      throws BadContent {
    need(2, in, behind);
    int code = in.readUnsignedByte();
    int encoding = in.readUnsignedByte();
    Metadata metadata = readMetadata(in, behind, false);
    if (code == RpcCode.OK.number()) {
      Payload payload = readPayload(encoding, flags, in, behind, maxInflated);
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
            (flags & GannetFormat.NOT_STARTED) != 0,
            message,
            remote.isEmpty() ? null : remote,
            details),
        Frame.NO_LIMIT);
  }

  private Frame readHello(ReadBuffer in, int behind) throws BadContent {
    need(6, in, behind);
    int magic = in.readInt();
    if (magic != GannetFormat.MAGIC) {
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
        case GannetFormat.FIELD_MAX_FRAME -> maxFrame = readLimit(in, next);
        case GannetFormat.FIELD_MAX_CALLS -> maxCalls = readLimit(in, next);
        case GannetFormat.FIELD_GREETING -> greeting = readMetadata(in, next, true);
        case GannetFormat.FIELD_COMPRESSION -> {
          while (in.readableBytes() > next) {
            inflates |= in.readUnsignedByte() == GannetFormat.DEFLATE;
          }
        }
        case GannetFormat.FIELD_WINDOW ->
            window = new Frame.Window(readLimit(in, next), readLimit(in, next));
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

  private static Payload readPayload(
      int encoding, int flags, ReadBuffer in, int behind, int maxInflated) throws BadContent {
    if (!Payload.Encoding.isKnown(encoding)) {
      throw new BadContent(RpcCode.UNIMPLEMENTED, "unknown encoding of values: " + encoding);
    }
    if ((flags & GannetFormat.COMPRESSED) != 0) {
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
   * @param metadata whether the keys must be valid metadata keys
   * @param strict whether exceeding the limits is an error; otherwise the excess entries are
   *     omitted
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
}
