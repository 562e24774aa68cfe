package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Responses of HTTP, with failures in the form of Connect. They contain nothing of the request. */
final class HttpResponses {

  private static final int CANCELLED = 499;

  private HttpResponses() {}

  /** {@return a response} */
  static FullHttpResponse of(int status, String type, ByteBuf body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set("x-content-type-options", "nosniff");
    return response;
  }

  /**
   * {@return a failure}
   *
   * @param details the details as gRPC's trailer has them; null if there are none
   */
  static FullHttpResponse failure(
      int status, RpcCode code, String text, @Nullable CharSequence details) {
    return of(status, "application/json", Unpooled.copiedBuffer(json(code, text, details), UTF_8));
  }

  /** {@return the JSON of a failure} */
  private static String json(RpcCode code, String text, @Nullable CharSequence details) {
    StringBuilder json = new StringBuilder("{\"code\":\"").append(nameOf(code)).append('"');
    if (!text.isEmpty()) {
      json.append(",\"message\":");
      quote(text, json);
    }
    if (details != null) {
      json.append(",\"details\":").append(StatusDetails.json(details));
    }
    return json.append('}').toString();
  }

  private static void quote(CharSequence text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c == 0x7F || c == '<' || c == 0x2028 || c == 0x2029) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /** {@return the JSON of the last message of a stream, as Connect defines it} */
  static String endOfStream(
      RpcCode code, String text, @Nullable CharSequence details, HttpHeaders metadata) {
    StringJoiner parts = new StringJoiner(",", "{", "}");
    if (code != RpcCode.OK) {
      parts.add("\"error\":" + json(code, text, details));
    }
    if (!metadata.isEmpty()) {
      StringJoiner entries = new StringJoiner(",", "\"metadata\":{", "}");
      for (String key : metadata.names()) {
        StringJoiner values = new StringJoiner(",", "[", "]");
        for (String value : metadata.getAll(key)) {
          StringBuilder quoted = new StringBuilder();
          quote(value, quoted);
          values.add(quoted);
        }
        entries.add("\"%s\":%s".formatted(key, values));
      }
      parts.add(entries.toString());
    }
    return parts.toString();
  }

  /**
   * {@return the answer to OPTIONS}
   *
   * @param isAllowed whether the page that asks is of an allowed origin
   */
  static FullHttpResponse preflight(boolean isAllowed) {
    FullHttpResponse response = of(204, "application/json", Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .remove(HttpHeaderNames.CONTENT_TYPE)
        .remove(HttpHeaderNames.CONTENT_LENGTH)
        .set(HttpHeaderNames.ALLOW, "POST, GET, OPTIONS");
    if (isAllowed) {
      response
          .headers()
          .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET")
          .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization")
          .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "7200");
    }
    return response;
  }

  /** Says whether another request may follow. */
  static void setConnection(HttpHeaders headers, boolean keepsAlive, HttpVersion version) {
    if (!keepsAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (version.minorVersion() == 0) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  /**
   * Lets the page of an allowed origin read the response.
   *
   * @param depends whether responses depend on the origin
   */
  static void setOrigin(HttpHeaders headers, boolean depends, @Nullable String allowed) {
    if (depends) {
      headers.set(HttpHeaderNames.VARY, "Origin");
    }
    if (allowed != null) {
      headers
          .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed)
          .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
    }
  }

  private static String nameOf(RpcCode code) {
    return code == RpcCode.CANCELLED ? "canceled" : code.name().toLowerCase(Locale.ROOT);
  }

  /** {@return the status of a failure, as Connect defines it} */
  static int statusOf(RpcCode code) {
    return switch (code) {
      case OK -> 200;
      case CANCELLED -> CANCELLED;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }

  /**
   * Reads metadata from a {@link Message} into headers.
   *
   * @return the details of a failure, as gRPC's trailer has them; null if there are none
   */
  static @Nullable CharSequence readMetadata(ByteBuf message, String prefix, HttpHeaders headers) {
    CharSequence details = null;
    int count = message.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      String key = message.readCharSequence(message.readUnsignedByte(), ISO_8859_1).toString();
      CharSequence value = message.readCharSequence(message.readUnsignedShort(), ISO_8859_1);
      if (!isProtocols(key)) {
        headers.add(prefix + key, value);
      } else if (HeaderText.DETAILS.contentEquals(key)) {
        details = value;
      }
    }
    return details;
  }

  /** {@return whether a header belongs to HTTP, browsers or Connect, so that it isn't metadata} */
  static boolean isProtocols(String key) {
    if (HeaderText.isReserved(key)) {
      return true;
    }
    int dash = key.indexOf('-');
    return switch (dash < 0 ? key : key.substring(0, dash)) {
      case "accept", "access", "connect", "content", "sec", "if", "trailer" -> true;
      default ->
          switch (key) {
            case "allow",
                "cache-control",
                "date",
                "dnt",
                "expect",
                "origin",
                "pragma",
                "priority",
                "referer",
                "vary",
                "x-content-type-options" ->
                true;
            default -> false;
          };
    };
  }
}
