package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call as its request describes it, in the form of Connect's unary or streaming calls.
 *
 * @param path service and method, without the slash before them
 * @param encoding the encoding of argument and result
 * @param timeoutMillis the time limit; 0 for none
 * @param gzip whether the argument is compressed, or messages of a stream may be
 * @param streams whether it is in the form of calls with streams, whose messages have prefixes
 * @param message the argument, of a GET; null for POST, where it is the body
 */
record HttpCall(
    String path,
    Payload.Encoding encoding,
    long timeoutMillis,
    boolean gzip,
    boolean streams,
    @Nullable ByteBuf message) {

  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** The longest service and method together, in bytes; the same as in the other protocols. */
  private static final int MAX_PATH = 1024;

  private static final int MAX_PARAMETERS = 16;
  private static final int MAX_TIMEOUT_DIGITS = 10;
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/proto";

  private static final String JSON_STREAM = "application/connect+json";
  private static final String PROTOBUF_STREAM = "application/connect+proto";

  /** What the body of a call may be. */
  static final String CONTENT_TYPES =
      String.join(", ", JSON, PROTOBUF, JSON_STREAM, PROTOBUF_STREAM);

  /** {@return the content type of single messages} */
  static String contentType(Payload.Encoding encoding) {
    return encoding == Payload.Encoding.PROTOBUF ? PROTOBUF : JSON;
  }

  /** {@return the content type of streams} */
  static String streamType(Payload.Encoding encoding) {
    return encoding == Payload.Encoding.PROTOBUF ? PROTOBUF_STREAM : JSON_STREAM;
  }

  /** Reads the head of a request. */
  static HttpCall of(HttpRequest request) throws HttpRefusedException {
    HttpHeaders headers = request.headers();
    String version = only(headers, "connect-protocol-version");
    if (version != null && !version.equals("1")) {
      throw invalid("the header Connect-Protocol-Version must be 1");
    }
    String type = mediaType(only(headers, HttpHeaderNames.CONTENT_TYPE));
    boolean streams = type.equals(JSON_STREAM) || type.equals(PROTOBUF_STREAM);
    boolean gzip = isGzip(only(headers, HttpHeaderNames.CONTENT_ENCODING));
    if (streams && gzip) {
      throw invalid("the messages of a stream are compressed each: Connect-Content-Encoding");
    }
    if (streams) {
      gzip = isGzip(only(headers, "connect-content-encoding"));
    }
    long timeout = timeout(only(headers, "connect-timeout-ms"));
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.POST)) {
      return new HttpCall(path(request.uri()), encoding(type), timeout, gzip, streams, null);
    }
    if (!method.equals(HttpMethod.GET)) {
      throw new HttpRefusedException(
          METHOD_NOT_ALLOWED, RpcCode.UNIMPLEMENTED, "calls are made with POST");
    }
    return ofQuery(request.uri(), timeout);
  }

  @SuppressWarnings("UnusedException") // its message would repeat the request
  private static HttpCall ofQuery(String uri, long timeout) throws HttpRefusedException {
    int query = uri.indexOf('?');
    if (query < 0) {
      throw new HttpRefusedException(
          METHOD_NOT_ALLOWED,
          RpcCode.UNIMPLEMENTED,
          "calls are made with POST, or with GET and the parameters encoding and message");
    }
    try {
      Map<String, List<String>> parameters =
          new QueryStringDecoder(uri.substring(query + 1), UTF_8, false, MAX_PARAMETERS, true)
              .parameters();
      String version = only(parameters, "connect");
      if (version != null && !version.equals("v1")) {
        throw invalid("the parameter connect must be v1");
      }
      boolean gzip = isGzip(only(parameters, "compression"));
      String message = only(parameters, "message");
      String name = only(parameters, "encoding");
      Payload.Encoding encoding =
          switch (name == null ? "" : name) {
            case "json" -> Payload.Encoding.JSON;
            case "proto" -> Payload.Encoding.PROTOBUF;
            default -> throw invalid("the parameter encoding must be json or proto");
          };
      byte[] bytes = (message == null ? "" : message).getBytes(UTF_8);
      if ("1".equals(only(parameters, "base64"))) {
        bytes = Base64.getUrlDecoder().decode(bytes);
      }
      return new HttpCall(
          path(uri.substring(0, query)),
          encoding,
          timeout,
          gzip,
          false,
          Unpooled.wrappedBuffer(bytes));
    } catch (IllegalArgumentException e) {
      throw invalid("the query of the URL is invalid");
    }
  }

  private static boolean isGzip(@Nullable String compression) throws HttpRefusedException {
    if (compression == null || compression.equals("identity")) {
      return false;
    }
    if (!compression.equals("gzip")) {
      throw new HttpRefusedException(
          UNSUPPORTED_MEDIA_TYPE,
          RpcCode.UNIMPLEMENTED,
          "requests can be compressed with gzip only");
    }
    return true;
  }

  private static String path(String uri) throws HttpRefusedException {
    if (uri.length() < 2 || uri.charAt(0) != '/' || uri.length() > MAX_PATH) {
      throw new HttpRefusedException(
          NOT_FOUND, RpcCode.UNIMPLEMENTED, "the path is not /SERVICE/METHOD");
    }
    return uri.substring(1);
  }

  /** Returns a content type without its character set, which must be UTF-8; empty for others. */
  private static String mediaType(@Nullable String type) {
    String[] parts = (type == null ? "" : type).toLowerCase(Locale.ROOT).split(";", -1);
    String charset = parts.length > 1 ? parts[1].strip().replace("\"", "") : "charset=utf-8";
    return parts.length <= 2 && charset.equals("charset=utf-8") ? parts[0].strip() : "";
  }

  private static Payload.Encoding encoding(String type) throws HttpRefusedException {
    return switch (type) {
      case JSON, JSON_STREAM -> Payload.Encoding.JSON;
      case PROTOBUF, PROTOBUF_STREAM -> Payload.Encoding.PROTOBUF;
      default ->
          throw new HttpRefusedException(
              UNSUPPORTED_MEDIA_TYPE,
              RpcCode.UNIMPLEMENTED,
              "the content type must be application/json or application/proto, or, for streams,"
                  + " application/connect+json or application/connect+proto");
    };
  }

  private static long timeout(@Nullable String text) throws HttpRefusedException {
    if (text == null) {
      return 0;
    }
    boolean isNumber =
        !text.isEmpty()
            && text.length() <= MAX_TIMEOUT_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw invalid("the header Connect-Timeout-Ms must be a number of at most 10 digits");
    }
    return Math.max(1, Long.parseLong(text));
  }

  private static @Nullable String only(HttpHeaders headers, CharSequence name)
      throws HttpRefusedException {
    List<String> values = headers.getAll(name);
    if (values.size() > 1) {
      throw invalid("the request has several headers " + name);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static @Nullable String only(Map<String, List<String>> parameters, String name)
      throws HttpRefusedException {
    List<String> values = parameters.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw invalid("the URL has several parameters " + name);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static HttpRefusedException invalid(String text) {
    return new HttpRefusedException(BAD_REQUEST, RpcCode.INVALID_ARGUMENT, text);
  }
}
