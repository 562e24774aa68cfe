package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcServer;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A peer that writes frames of HTTP/2 itself, so that it can write wrong ones. */
final class Http2Peer implements AutoCloseable {

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

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** The headers of a received request. */
  record Call(int stream, Http2Headers headers) {}

  /** A received frame. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int type, int flags, int stream, byte[] payload) {

    /** The code of a GOAWAY or RST_STREAM. */
    int code() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  private final RawPeer peer;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  private Http2Peer(RawPeer peer) {
    this.peer = peer;
  }

  /** A peer that has sent its preface and these settings. */
  static Http2Peer connect(RpcServer server, byte... settings) {
    Http2Peer peer = new Http2Peer(RawPeer.connect(server.port()));
    peer.peer.write(PREFACE);
    peer.frame(SETTINGS, 0, 0, settings);
    return peer;
  }

  /** A peer that has accepted a connection, read the preface, and sent these settings. */
  static Http2Peer accept(RawServer server, byte... settings) {
    Http2Peer peer = new Http2Peer(server.accept());
    byte[] preface = peer.peer.readExactly(PREFACE.length);
    if (!Arrays.equals(preface, PREFACE)) {
      throw new AssertionError("no preface: " + new String(preface, US_ASCII));
    }
    peer.frame(SETTINGS, 0, 0, settings);
    return peer;
  }

  /** Bytes of a frame. */
  static byte[] bytes(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  void frame(int type, int flags, int stream, byte... payload) {
    peer.write(bytes(type, flags, stream, payload));
  }

  /** Sends the same bytes several times; the other side may close the connection meanwhile. */
  void repeat(int times, byte[] frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    try {
      write(all.toByteArray());
    } catch (UncheckedIOException e) {
      // The other side has closed it.
    }
  }

  void write(byte[] bytes) {
    peer.write(bytes);
  }

  /** Header fields, each a literal that isn't indexed. */
  static byte[] headers(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(0);
      text(namesAndValues[i], out);
      text(namesAndValues[i + 1], out);
    }
    return out.toByteArray();
  }

  static void text(String text, ByteArrayOutputStream out) {
    int length = text.length();
    if (length < 127) {
      out.write(length);
    } else {
      out.write(127);
      int rest = length - 127;
      for (; rest >= 128; rest >>= 7) {
        out.write((rest & 127) | 128);
      }
      out.write(rest);
    }
    out.writeBytes(text.getBytes(US_ASCII));
  }

  /** The headers of a call. */
  static byte[] call(String path, String... more) {
    return post("/" + path, "application/grpc", more);
  }

  /** The headers of a request. */
  static byte[] post(String path, String contentType, String... more) {
    String[] usual = {
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      path,
      "te",
      "trailers",
      "content-type",
      contentType
    };
    return headers(Stream.of(usual, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  /** The frames of a call, with one message. */
  void call(int stream, String path, byte[] message, String... more) {
    frame(HEADERS, END_HEADERS, stream, call(path, more));
    frame(DATA, END_STREAM, stream, message(message));
  }

  static byte[] message(byte... payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) 0)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /** Reads a frame. */
  Frame read() {
    ByteBuffer head = ByteBuffer.wrap(peer.readExactly(9));
    int length = ((head.get() & 0xFF) << 16) | (head.getShort() & 0xFFFF);
    return new Frame(head.get(), head.get(), head.getInt(), peer.readExactly(length));
  }

  /** Reads frames until one matches. */
  Frame await(Predicate<Frame> wanted) {
    while (true) {
      Frame frame = read();
      if (wanted.test(frame)) {
        return frame;
      }
      if (frame.type() == HEADERS) {
        Http2Headers unused = decode(frame); // the table of later headers depends on it
      }
    }
  }

  Frame await(int type, int stream) {
    return await(frame -> frame.type() == type && frame.stream() == stream);
  }

  /** Reads frames until the headers of a request have arrived. */
  Call awaitCall() {
    Frame frame = await(received -> received.type() == HEADERS);
    return new Call(frame.stream(), decode(frame));
  }

  /** Reads frames until headers have arrived that end the given stream. */
  Http2Headers awaitEnd(int stream) {
    return decode(
        await(frame ->
            frame.type() == HEADERS
                && frame.stream() == stream
                && (frame.flags() & END_STREAM) != 0));
  }

  /** A response that isn't one of gRPC. */
  record Answer(Http2Headers headers, String body) {}

  /** Reads the next headers of a stream. */
  Http2Headers awaitHeaders(int stream) {
    return decode(await(HEADERS, stream));
  }

  /** Reads the response of a stream, to its end. */
  Answer awaitAnswer(int stream) {
    Frame frame = await(HEADERS, stream);
    Http2Headers headers = decode(frame);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while ((frame.flags() & END_STREAM) == 0) {
      frame = await(DATA, stream);
      body.writeBytes(frame.payload());
    }
    return new Answer(headers, body.toString(UTF_8));
  }

  /** Reads frames until headers have arrived that end a stream. */
  Http2Headers awaitAnyEnd() {
    return decode(await(frame -> frame.type() == HEADERS && (frame.flags() & END_STREAM) != 0));
  }

  private Http2Headers decode(Frame frame) {
    try {
      return decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  RawPeer raw() {
    return peer;
  }

  @Override
  public void close() {
    peer.close();
  }
}
