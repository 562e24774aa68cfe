package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.internal.wire.Payload;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The names and texts in headers of gRPC. */
final class HeaderText {

  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString PROTOBUF = AsciiString.cached("application/grpc");
  static final AsciiString JSON = AsciiString.cached("application/grpc+json");
  static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
  static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
  static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
  static final AsciiString ACCEPTED = AsciiString.cached("identity,gzip");
  static final AsciiString STATUS = AsciiString.cached("grpc-status");
  static final AsciiString DETAILS = AsciiString.cached("grpc-status-details-bin");
  static final AsciiString MESSAGE = AsciiString.cached("grpc-message");

  /** What each header counts in addition to its name and value (RFC 9113, section 6.5.2). */
  static final int OVERHEAD = 32;

  private static final long MAX_TIMEOUT = 99_999_999;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(UTF_8);

  private HeaderText() {}

  /** {@return the content type of messages} */
  static AsciiString contentType(Payload.Encoding encoding) {
    return encoding == Payload.Encoding.JSON ? JSON : PROTOBUF;
  }

  /**
   * {@return the encoding of a content type, or null if it isn't one of gRPC}
   *
   * @param type the value of the header, or null
   */
  static Payload.@Nullable Encoding encodingOf(@Nullable CharSequence type) {
    if (type == null) {
      return null;
    }
    if (PROTOBUF.contentEquals(type)) {
      return Payload.Encoding.PROTOBUF;
    }
    String text = type.toString();
    int end = text.indexOf(';');
    return switch (end < 0 ? text : text.substring(0, end).strip()) {
      case "application/grpc", "application/grpc+proto" -> Payload.Encoding.PROTOBUF;
      case "application/grpc+json" -> Payload.Encoding.JSON;
      default -> null;
    };
  }

  /** {@return a time in milliseconds in the form of {@code grpc-timeout}, at most 8 digits} */
  static String timeout(long millis) {
    if (millis <= MAX_TIMEOUT) {
      return millis + "m";
    }
    long seconds = millis / 1000;
    return seconds <= MAX_TIMEOUT ? seconds + "S" : Math.min(seconds / 3600, MAX_TIMEOUT) + "H";
  }

  /** {@return a text in the form of {@code grpc-message}} */
  static byte[] percentEncoded(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream(bytes.length);
    for (byte b : bytes) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.write(b);
      } else {
        encoded.write('%');
        encoded.write(HEX[(b >> 4) & 0xF]);
        encoded.write(HEX[b & 0xF]);
      }
    }
    return encoded.toByteArray();
  }

  /** {@return the text of a {@code grpc-message}; what isn't encoded correctly stays as it is} */
  static String percentDecoded(CharSequence encoded) {
    int length = encoded.length();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
    for (int i = 0; i < length; i++) {
      char c = encoded.charAt(i);
      int high = c == '%' && i + 2 < length ? Character.digit(encoded.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(encoded.charAt(i + 2), 16);
      if (low < 0) {
        bytes.write(c);
      } else {
        bytes.write(high << 4 | low);
        i += 2;
      }
    }
    return bytes.toString(UTF_8);
  }

  /** {@return whether a text can be the value of a header: printable ASCII} */
  static boolean isValue(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    // HTTP doesn't keep spaces at the ends.
    return length == 0 || (text.charAt(0) != ' ' && text.charAt(length - 1) != ' ');
  }

  /** {@return whether a header belongs to the protocol, so that it isn't metadata} */
  static boolean isReserved(String key) {
    return switch (key) {
      case "content-type",
          "te",
          "user-agent",
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "content-length" ->
          true;
      default -> key.startsWith("grpc-");
    };
  }
}
