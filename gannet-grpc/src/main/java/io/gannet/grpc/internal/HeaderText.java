package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** The texts in headers of gRPC. */
final class HeaderText {

  /** What each header counts in addition to its name and value (RFC 9113, section 6.5.2). */
  static final int OVERHEAD = 32;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(UTF_8);

  private HeaderText() {}

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
