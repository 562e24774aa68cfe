package io.gannet.rpc.internal.wire.getty;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes getty's frames. All numbers are little-endian: {@code magic i32 | command i16
 * | service id i16 | sequence u64 | log id i64 | code i16 | codec i16 | length i32}, and then, if
 * the length is not 0, {@code header length u16 | header | body length u16 | body}.
 *
 * <p>One codec serves one connection. A response repeats fields of its request that
 * {@link Frame.Response} doesn't contain, such as the encoding. The codec keeps them until the
 * response is written.
 */
final class GettyCodec implements Codec<Frame> {

  static final int MAGIC = 0x20160905;
  static final int HEARTBEAT_REQUEST = 1;
  static final int HEARTBEAT_RESPONSE = 2;
  static final int REQUEST = 3;
  static final int RESPONSE = 4;

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int JSON = 1;
  private static final int PROTOBUF = 2;

  private static final int HEADER = 32;
  private static final int LENGTH_AT = 28;
  private static final int MAX_PART = 0xFFFF;

  /**
   * The longest service and method together, in characters; the same as in Gannet's own protocol.
   */
  private static final int MAX_METHOD = 1024;

  /** The longest failure message that is sent, in characters. */
  private static final int MAX_TEXT = 4096;

  /** How many responses may be queued or lost, in addition to those of running calls. */
  private static final int MAX_UNANSWERED = 1 << 14;

  /**
   * The range of the sequences of heartbeats and of calls without a response, separate from those
   * of other calls.
   */
  private static final long ONE_WAY = 1L << 32;

  private static final long HEARTBEATS = 1L << 33;

  private static final long UINT32 = 0xFFFF_FFFFL;

  /**
   * The fields of a request that its response repeats.
   *
   * @param codec the encoding of header and body
   * @param logId the log id
   * @param withoutBody whether the caller doesn't want the result
   */
  private record Origin(int codec, long logId, boolean withoutBody) {}

  private static final Origin UNKNOWN = new Origin(JSON, 0, false);

  /**
   * The requests of the peer without a response yet, heartbeats included. If the peer doesn't read,
   * its responses are dropped and their entries remain. Too many entries end the connection.
   */
  private final Map<Long, Origin> origins = new ConcurrentHashMap<>();

  private final long maxOrigins;

  /** The sequence of call 0; odd. */
  private final long firstSequence = (ThreadLocalRandom.current().nextInt() & UINT32) | 1;

  /** Used by encoding only, which runs on one thread at a time. */
  private long oneWayCalls;

  /**
   * Creates the codec of a connection.
   *
   * @param maxRunningCalls how many calls of the peer may run at a time
   */
  GettyCodec(int maxRunningCalls) {
    maxOrigins = (long) maxRunningCalls + MAX_UNANSWERED;
  }

  private static GettyHeaders headers(int codec) {
    return codec == PROTOBUF ? Protobuf.HEADERS : Json.HEADERS;
  }

  private static final class Json {
    static final GettyHeaders HEADERS = new GettyJsonHeaders();
  }

  /** A separate class, because the Protobuf library may be absent. */
  private static final class Protobuf {
    static final GettyHeaders HEADERS = new GettyProtobufHeaders();
  }

  // ---------------------------------------------------------------- decoding

  @Override
  public @Nullable Frame decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() < HEADER) {
      return null;
    }
    if (in.getIntLE(0) != MAGIC) {
      throw new DecodeException(
          "a frame begins with 0x%08x instead of 0x%08x: the peer may not use getty's protocol"
              .formatted(in.getIntLE(0), MAGIC));
    }
    int length = in.getIntLE(LENGTH_AT);
    if (length < 0) {
      throw new DecodeException("a frame has the invalid length " + length);
    }
    if (length > context.maxMessageSize() - HEADER) {
      throw new MessageTooLargeException(
          (long) length + HEADER, context.maxMessageSize(), "maxMessageSize");
    }
    if (in.readableBytes() < HEADER + length) {
      return null;
    }
    in.skip(4);
    int command = in.readUnsignedShortLE();
    in.skip(2);
    long sequence = in.readLongLE();
    long logId = in.readLongLE();
    int code = in.readShortLE();
    int codec = in.readShortLE();
    in.skip(4);
    ReadBuffer content = in.readSlice(length);
    return switch (command) {
      case HEARTBEAT_REQUEST -> {
        remember(sequence, new Origin(codec, logId, true));
        yield new Frame.Ping(sequence);
      }
      case HEARTBEAT_RESPONSE -> new Frame.Pong(sequence);
      case REQUEST -> readRequest(sequence, logId, codec, content);
      case RESPONSE -> readResponse(sequence, code, codec, content);
      default -> new Frame.Unknown(command);
    };
  }

  private void remember(long sequence, Origin origin) {
    if (origins.size() >= maxOrigins) {
      throw new DecodeException(
          "%,d responses to calls and heartbeats wait, because the peer doesn't read"
              .formatted(maxOrigins));
    }
    origins.put(sequence, origin);
  }

  private Frame readRequest(long sequence, long logId, int codec, ReadBuffer content) {
    try {
      check(codec);
      GettyHeaders.Request header = headers(codec).readRequest(readPart(content));
      String method = header.service() + "/" + header.method();
      if (method.length() > MAX_METHOD) { // retained while the call runs
        throw new IOException(
            "the name of the method has %,d characters, the limit is %,d"
                .formatted(method.length(), MAX_METHOD));
      }
      byte[] body = readPart(content);
      boolean oneWay = header.callType() == GettyHeaders.CallType.ONE_WAY;
      if (!oneWay) {
        boolean withoutBody = header.callType() == GettyHeaders.CallType.TWO_WAY_NO_REPLY;
        remember(sequence, new Origin(codec, logId, withoutBody));
      }
      return new Frame.Request(
          sequence, oneWay, 0, method, Metadata.empty(), payload(codec, body), Frame.NO_LIMIT);
    } catch (IOException | LinkageError e) {
      remember(
          sequence, new Origin(codec == PROTOBUF && hasProtobuf() ? PROTOBUF : JSON, logId, false));
      return new Malformed(
          Malformed.Kind.REQUEST,
          sequence,
          RpcCode.INVALID_ARGUMENT,
          String.valueOf(e.getMessage()));
    }
  }

  private Frame readResponse(long sequence, int code, int codec, ReadBuffer content) {
    long id = (sequence - firstSequence) / 2;
    try {
      check(codec);
      String error = headers(codec).readError(readPart(content));
      byte[] body = readPart(content);
      if (code == OK) {
        return new Frame.Response(id, Metadata.empty(), payload(codec, body), null, Frame.NO_LIMIT);
      }
      Frame.Failure failure = new Frame.Failure(RpcCode.UNKNOWN, false, error, null, Map.of());
      return Frame.Response.of(id, Metadata.empty(), failure, Frame.NO_LIMIT);
    } catch (IOException | LinkageError e) {
      return new Malformed(
          Malformed.Kind.RESPONSE, id, RpcCode.INTERNAL, String.valueOf(e.getMessage()));
    }
  }

  private static void check(int codec) throws IOException {
    if (codec != JSON && codec != PROTOBUF) {
      throw new IOException("unknown codec " + codec);
    }
    if (codec == PROTOBUF && !hasProtobuf()) {
      throw new IOException("Protobuf is not available here");
    }
  }

  private static boolean hasProtobuf() {
    try {
      return Protobuf.HEADERS != null;
    } catch (LinkageError e) {
      return false;
    }
  }

  private static byte[] readPart(ReadBuffer content) throws IOException {
    int length = content.readableBytes() < 2 ? -1 : content.readUnsignedShortLE();
    if (length < 0 || length > content.readableBytes()) {
      throw new IOException("the frame ends in the middle of a field");
    }
    return content.readBytes(length);
  }

  private static Payload payload(int codec, byte[] body) {
    if (codec == JSON && body.length == 0) {
      return PlainPayload.EMPTY;
    }
    return new PlainPayload(
        codec == JSON ? Payload.Encoding.JSON : Payload.Encoding.PROTOBUF, body);
  }

  // ---------------------------------------------------------------- encoding

  @Override
  public void encode(CodecContext context, Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.Request request -> writeRequest(request, out);
      case Frame.Response response -> writeResponse(response, out);
      case Frame.Ping(long token) ->
          writeHeader(
              HEARTBEAT_REQUEST, firstSequence + 2 * (HEARTBEATS + token), 0, OK, JSON, out);
      case Frame.Pong(long token) -> {
        Origin origin = origin(token);
        writeHeader(HEARTBEAT_RESPONSE, token, origin.logId(), OK, origin.codec(), out);
      }
      default -> throw new EncodeException("getty's protocol can't express " + frame);
    }
  }

  private Origin origin(long sequence) {
    Origin origin = origins.remove(sequence);
    return origin == null ? UNKNOWN : origin;
  }

  private void writeRequest(Frame.Request request, WriteBuffer out) {
    if (!request.metadata().isEmpty()) {
      throw new EncodeException("getty's protocol does not support metadata");
    }
    String method = request.method();
    int slash = method.lastIndexOf('/');
    int codec = request.payload().encoding() == Payload.Encoding.PROTOBUF ? PROTOBUF : JSON;
    GettyHeaders.CallType callType =
        request.oneWay() ? GettyHeaders.CallType.ONE_WAY : GettyHeaders.CallType.TWO_WAY;
    byte[] header =
        headers(codec)
            .write(
                new GettyHeaders.Request(
                    method.substring(0, slash), method.substring(slash + 1), callType));
    long number = request.oneWay() ? ONE_WAY + oneWayCalls++ : request.id();
    writeHeader(REQUEST, firstSequence + 2 * number, 0, OK, codec, out);
    writeContent(header, request.payload(), out);
  }

  private void writeResponse(Frame.Response response, WriteBuffer out) {
    Origin origin = origins.getOrDefault(response.id(), UNKNOWN);
    Frame.Failure failure = response.failure();
    String error = failure == null ? "" : shortened(failure);
    boolean withoutBody = failure != null || origin.withoutBody();
    writeHeader(
        RESPONSE,
        response.id(),
        origin.logId(),
        failure == null ? OK : FAILED,
        origin.codec(),
        out);
    writeContent(
        headers(origin.codec()).writeError(error),
        withoutBody ? PlainPayload.EMPTY : response.payload(),
        out);
    origins.remove(response.id()); // last: on failure, another response replaces this one
  }

  /** Returns one text with the code, because getty has no field for the code. */
  private static String shortened(Frame.Failure failure) {
    String text =
        failure.code() == RpcCode.UNKNOWN
            ? failure.message()
            : failure.code() + ": " + failure.message();
    return CutText.of(text, MAX_TEXT);
  }

  private static void writeHeader(
      int command, long sequence, long logId, int code, int codec, WriteBuffer out) {
    out.writeIntLE(MAGIC);
    out.writeShortLE(command);
    out.writeShortLE(0); // service id
    out.writeLongLE(sequence);
    out.writeLongLE(logId);
    out.writeShortLE(code);
    out.writeShortLE(codec);
    out.writeIntLE(0); // filled in later
  }

  private static void writeContent(byte[] header, Payload payload, WriteBuffer out) {
    if (header.length > MAX_PART) {
      throw new MessageTooLargeException(
          "service and method have %,d bytes, the limit of getty's protocol is 65,535"
              .formatted(header.length),
          null);
    }
    out.writeShortLE(header.length);
    out.writeBytes(header);
    int lengthAt = out.size();
    out.writeShortLE(0);
    payload.writeTo(out);
    int length = out.size() - lengthAt - 2;
    if (length > MAX_PART) {
      throw new MessageTooLargeException(
          "the value has %,d bytes, the limit of getty's protocol is 65,535".formatted(length),
          null);
    }
    out.setShortLE(lengthAt, length);
    out.setIntLE(LENGTH_AT, out.size() - HEADER);
  }
}
