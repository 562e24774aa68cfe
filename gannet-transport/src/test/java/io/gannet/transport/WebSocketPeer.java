package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.Deflater;

/**
 * A WebSocket client without any framework, which can also send invalid frames. It has its own
 * framing, so that the library's isn't only tested against itself.
 */
final class WebSocketPeer implements AutoCloseable {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final RawPeer peer;

  private WebSocketPeer(RawPeer peer) {
    this.peer = peer;
  }

  /** A frame as it was received. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
  record Frame(boolean last, int reserved, int opcode, byte[] payload) {
    /** The code of a close frame. */
    int code() {
      return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }

    String text() {
      return new String(payload, UTF_8);
    }
  }

  /** Connects, and performs the handshake, which must succeed. */
  static WebSocketPeer open(Server<?> server) {
    return open(server, "/");
  }

  static WebSocketPeer open(Server<?> server, String path, String... headers) {
    return open(server, RawPeer.connect(server.port()), path, headers);
  }

  static WebSocketPeer open(Server<?> server, RawPeer peer, String path, String... headers) {
    WebSocketPeer opened = new WebSocketPeer(peer);
    opened.request(server, path, headers);
    String status = opened.peer.readLine();
    if (!status.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError("no WebSocket: " + status);
    }
    String accept = "";
    for (String line = opened.header(); !line.isEmpty(); line = opened.header()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-accept:")) {
        accept = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    if (!accept.equals(accept(KEY))) {
      throw new AssertionError("the key was answered with " + accept);
    }
    return opened;
  }

  /**
   * Accepts a client's connection, and performs the handshake. The test reads and writes the
   * frames.
   *
   * @param headers further headers of the answer, or whole answers that precede it
   */
  static RawPeer accept(RawServer server, String... headers) {
    RawPeer client = server.accept();
    String key = "";
    for (String line = client.readLine(); !line.isBlank(); line = client.readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
        key = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    String more = "";
    for (String header : headers) {
      if (header.startsWith("HTTP/")) {
        client.writeText(header); // a whole answer, which comes before
      } else {
        more += header + "\r\n";
      }
    }
    client.writeText(
        """
        HTTP/1.1 101 Switching Protocols\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Accept: %s\r
        %s\r
        """
            .formatted(accept(key), more));
    return client;
  }

  private static String accept(String key) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1")
                  .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Connects, and sends the request. The test reads the answer. */
  static WebSocketPeer ask(Server<?> server, String path, String... headers) {
    WebSocketPeer asking = new WebSocketPeer(RawPeer.connect(server.port()));
    asking.request(server, path, headers);
    return asking;
  }

  /** Connects, and sends the request and further bytes in one write. */
  static WebSocketPeer ask(Server<?> server, byte... behind) {
    WebSocketPeer asking = new WebSocketPeer(RawPeer.connect(server.port()));
    byte[] request = text(server, "/").getBytes(US_ASCII);
    byte[] all = Arrays.copyOf(request, request.length + behind.length);
    System.arraycopy(behind, 0, all, request.length, behind.length);
    asking.peer.write(all);
    return asking;
  }

  private void request(Server<?> server, String path, String... headers) {
    peer.writeText(text(server, path, headers));
  }

  /** The request of a handshake. */
  static String text(Server<?> server, String path, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return """
    GET %s HTTP/1.1\r
    Host: localhost:%d\r
    Connection: keep-alive, Upgrade\r
    Upgrade: websocket\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: %s\r
    %s\r
    """
        .formatted(path, server.port(), KEY, more);
  }

  private String header() {
    return peer.readLine().stripTrailing();
  }

  RawPeer raw() {
    return peer;
  }

  /** Sends a whole message. */
  void send(int opcode, byte... payload) {
    peer.write(frame(0x80 | opcode, payload));
  }

  void sendText(String text) {
    send(TEXT, text.getBytes(UTF_8));
  }

  void sendClose(int code) {
    send(CLOSE, (byte) (code >> 8), (byte) code);
  }

  void write(byte... bytes) {
    peer.write(bytes);
  }

  /** A masked frame; the first byte has the flags as well as the opcode. */
  static byte[] frame(int first, byte... payload) {
    byte[] header = header(first, payload.length, true);
    ByteBuffer frame = ByteBuffer.allocate(header.length + MASK.length + payload.length);
    frame.put(header).put(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    return frame.array();
  }

  /** A frame that is not masked. */
  static byte[] unmasked(int first, byte... payload) {
    byte[] header = header(first, payload.length, false);
    return ByteBuffer.allocate(header.length + payload.length).put(header).put(payload).array();
  }

  /** The payload of a compressed message that doesn't refer to earlier ones. */
  static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(bytes);
    byte[] out = new byte[bytes.length / 500 + 1000];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(out, length - 4); // the end of a flush is left out on the wire
  }

  /** The header of a frame, up to the mask. */
  static byte[] header(int first, long length, boolean masked) {
    ByteBuffer header = ByteBuffer.allocate(10).put((byte) first);
    int mask = masked ? 0x80 : 0;
    if (length < 126) {
      header.put((byte) (mask | length));
    } else if (length < 1 << 16) {
      header.put((byte) (mask | 126)).putShort((short) length);
    } else {
      header.put((byte) (mask | 127)).putLong(length);
    }
    return Arrays.copyOf(header.array(), header.position());
  }

  /** Reads a frame, which must not be masked. */
  Frame read() {
    byte[] two = peer.readExactly(2);
    if ((two[1] & 0x80) != 0) {
      throw new AssertionError("a server must not mask");
    }
    int length = two[1] & 0x7F;
    if (length == 126) {
      length = ByteBuffer.wrap(peer.readExactly(2)).getShort() & 0xFFFF;
    } else if (length == 127) {
      length = Math.toIntExact(ByteBuffer.wrap(peer.readExactly(8)).getLong());
    }
    return new Frame((two[0] & 0x80) != 0, two[0] >> 4 & 7, two[0] & 0xF, peer.readExactly(length));
  }

  /** Reads a frame, which must be the server's close frame, and answers it. */
  int readClose() {
    Frame frame = read();
    if (frame.opcode() != CLOSE) {
      throw new AssertionError("expected a close frame: " + frame);
    }
    send(CLOSE, frame.payload().length < 2 ? new byte[0] : Arrays.copyOf(frame.payload(), 2));
    return frame.code();
  }

  @Override
  public void close() {
    peer.close();
  }
}
