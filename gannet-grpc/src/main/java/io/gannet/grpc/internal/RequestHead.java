package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request.
 *
 * @param path service and method, without the slash before them
 * @param encoding the encoding of the messages
 * @param timeoutMillis the remaining time; 0 for no limit
 * @param gzip whether messages may be compressed
 */
record RequestHead(String path, Payload.Encoding encoding, long timeoutMillis, boolean gzip) {

  private static final AsciiString POST = AsciiString.cached("POST");

  /** The longest service and method together, in bytes; the same as in Gannet's own protocol. */
  private static final int MAX_PATH = 1024;

  private static final int HTTP_METHOD_NOT_ALLOWED = 405;
  private static final int HTTP_UNSUPPORTED_MEDIA_TYPE = 415;

  /** A request that can't be served. It has no stack trace, because a peer can cause many. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The status of HTTP for what isn't gRPC; otherwise 0. */
    final int httpStatus;

    /** The code for gRPC. */
    final RpcCode code;

    RefusedException(RpcCode code, String message) {
      this(0, code, message);
    }

    private RefusedException(int httpStatus, RpcCode code, String message) {
      super(message, null, false, false);
      this.httpStatus = httpStatus;
      this.code = code;
    }

    /** {@return the reason, for users} */
    String text() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads the headers, except metadata.
   *
   * @param headers the headers
   * @param encoding the encoding of their content type, or null if it isn't one of gRPC
   * @throws RefusedException if the request can't be served
   */
  static RequestHead of(Http2Headers headers, Payload.@Nullable Encoding encoding)
      throws RefusedException {
    if (!POST.contentEquals(headers.method())) {
      throw new RefusedException(
          HTTP_METHOD_NOT_ALLOWED, RpcCode.INTERNAL, "calls are made with POST");
    }
    if (encoding == null) {
      throw new RefusedException(
          HTTP_UNSUPPORTED_MEDIA_TYPE,
          RpcCode.INTERNAL,
          "the content type is none of application/grpc, application/grpc+proto and"
              + " application/grpc+json");
    }
    CharSequence path = headers.path();
    if (path == null || path.length() < 2 || path.charAt(0) != '/') {
      throw new RefusedException(RpcCode.UNIMPLEMENTED, "the path is not /SERVICE/METHOD");
    }
    if (path.length() > MAX_PATH) {
      throw new RefusedException(
          RpcCode.UNIMPLEMENTED,
          "the path has %,d bytes, the limit is %,d".formatted(path.length(), MAX_PATH));
    }
    return new RequestHead(
        path.subSequence(1, path.length()).toString(),
        encoding,
        timeout(headers.get(HeaderText.TIMEOUT)),
        isGzip(headers.get(HeaderText.ENCODING)));
  }

  private static boolean isGzip(@Nullable CharSequence encoding) throws RefusedException {
    if (encoding == null || AsciiString.contentEquals("identity", encoding)) {
      return false;
    }
    if (!AsciiString.contentEquals("gzip", encoding)) {
      throw new RefusedException(
          RpcCode.UNIMPLEMENTED,
          "messages can't be compressed with '%s', only with gzip"
              .formatted(PeerText.escape(encoding.toString())));
    }
    return true;
  }

  /** Returns a timeout in milliseconds, rounded up; 0 if there is none. */
  private static long timeout(@Nullable CharSequence text) throws RefusedException {
    if (text == null) {
      return 0;
    }
    int digits = text.length() - 1;
    long value = 0;
    boolean valid = digits >= 1 && digits <= 8;
    for (int i = 0; valid && i < digits; i++) {
      char c = text.charAt(i);
      valid = c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    TimeUnit unit = valid ? unit(text.charAt(digits)) : null;
    if (unit == null) {
      throw new RefusedException(
          RpcCode.INTERNAL, "grpc-timeout is invalid: " + PeerText.escape(text.toString()));
    }
    long millis = unit.toMillis(value);
    return Math.max(1, unit.convert(millis, TimeUnit.MILLISECONDS) < value ? millis + 1 : millis);
  }

  private static @Nullable TimeUnit unit(char c) {
    return switch (c) {
      case 'H' -> TimeUnit.HOURS;
      case 'M' -> TimeUnit.MINUTES;
      case 'S' -> TimeUnit.SECONDS;
      case 'm' -> TimeUnit.MILLISECONDS;
      case 'u' -> TimeUnit.MICROSECONDS;
      case 'n' -> TimeUnit.NANOSECONDS;
      default -> null;
    };
  }

  /**
   * Writes the beginning of a {@link Message#REQUEST}.
   *
   * @param id the stream
   * @param flags the flags
   * @param sentAs the encoding of the arguments
   * @param headers the headers, for the metadata
   * @param limits the limits of metadata
   * @param out the target
   * @throws RefusedException if the metadata exceeds the limits
   */
  void writeTo(
      int id,
      int flags,
      Payload.Encoding sentAs,
      Http2Headers headers,
      WireLimits limits,
      ByteBuf out)
      throws RefusedException {
    out.writeByte(Message.REQUEST);
    out.writeInt(id);
    out.writeByte(flags);
    out.writeByte(sentAs.number());
    out.writeLong(timeoutMillis);
    byte[] name = path.getBytes(UTF_8);
    out.writeShort(name.length);
    out.writeBytes(name);
    String excess = MetadataHeaders.write(headers, limits, out);
    if (excess != null) {
      throw new RefusedException(RpcCode.RESOURCE_EXHAUSTED, excess);
    }
  }
}
