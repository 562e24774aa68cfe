package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Bytes of HTTP/2, for seeds. */
final class Http2Bytes {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;

  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private Http2Bytes() {}

  /** {@return a frame} */
  static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** {@return header fields, each a literal that gets an index} */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(0x40);
      out.write(namesAndValues[i].length());
      out.writeBytes(namesAndValues[i].getBytes(US_ASCII));
      out.write(namesAndValues[i + 1].length());
      out.writeBytes(namesAndValues[i + 1].getBytes(US_ASCII));
    }
    return out.toByteArray();
  }

  /** {@return the headers of a call} */
  static byte[] call(String path, String... more) {
    return WebSocketTarget.join(
        new byte[] {(byte) 0x83, (byte) 0x86}, // :method POST, :scheme http
        fields(":path", path, "content-type", "application/grpc"),
        fields(more));
  }

  /** {@return a message of gRPC} */
  static byte[] message(int flag, byte... payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) flag)
        .putInt(payload.length)
        .put(payload)
        .array();
  }
}
