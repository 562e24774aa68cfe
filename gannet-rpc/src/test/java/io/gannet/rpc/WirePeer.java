package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A peer that only writes and reads frames, in hexadecimal and without their length. */
record WirePeer(RawPeer raw) {

  static final String HELLO = "01 00 00000000 474E5250 01 01";

  /** A server's hello: 4 MiB, 1,024 calls, DEFLATE, 256 items or 256 KiB of a stream. */
  private static final String HELLO_OF_SERVER =
      HELLO + "0001 0004 00400000 0002 0004 00000400 0004 0001 01 0005 0008 00000100 00040000";

  /** Sends its hello and reads the server's. */
  WirePeer greet() {
    send(HELLO);
    assertThat(read()).isEqualTo(hex(HELLO_OF_SERVER));
    return this;
  }

  /** Sends its hello, and reads the server's, whatever it contains. */
  WirePeer hello() {
    send(HELLO);
    assertThat(read()).startsWith(hex(HELLO));
    return this;
  }

  void send(String hex) {
    raw.write(frame(Hex.bytes(hex)));
  }

  /** A frame with its length. */
  static byte[] frame(byte[] content) {
    return ByteBuffer.allocate(4 + content.length).putInt(content.length).put(content).array();
  }

  String read() {
    return hex(raw.readExactly(ByteBuffer.wrap(raw.readExactly(4)).getInt()));
  }

  static String hex(byte[] bytes) {
    return Hex.string(bytes).replace(" ", "");
  }

  static String hex(String spaced) {
    return hex(Hex.bytes(spaced));
  }

  static String text(String text) {
    return hex(text.getBytes(UTF_8));
  }

  /** A call without metadata, with one minute. */
  static byte[] request(int id, String method, int encoding, byte[] payload) {
    ByteBuffer content =
        ByteBuffer.allocate(6 + 4 + 1 + 2 + method.length() + 2 + payload.length)
            .put((byte) 2)
            .put((byte) 0)
            .putInt(id)
            .putInt(60_000)
            .put((byte) encoding)
            .putShort((short) method.length())
            .put(method.getBytes(UTF_8))
            .putShort((short) 0)
            .put(payload);
    return frame(content.array());
  }

  /** Sends the same frame repeatedly. */
  static byte[] times(int count, byte[] frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(count * frame.length);
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }
}
