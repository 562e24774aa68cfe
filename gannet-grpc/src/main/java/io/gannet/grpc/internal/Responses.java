package io.gannet.grpc.internal;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;

/**
 * Sends headers, messages and trailers. Used on the connection's loop only.
 *
 * <p><b>Flow control.</b> Netty holds what the peer doesn't allow yet. A result stream may have
 * {@link #STREAM_BYTES} there, because its credit is given to the session only when its items have
 * been written. So a slow reader holds its producer back, and no other stream.
 */
final class Responses {

  /** How many items and bytes of a stream may wait until they are written. */
  private static final int STREAM_ITEMS = 256;

  private static final int STREAM_BYTES = 64 << 10;

  private static final AsciiString OK = AsciiString.cached("200");
  private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
  private static final AsciiString ACCEPTED = AsciiString.cached("identity,gzip");
  private static final AsciiString STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
  private static final AsciiString LEFT_OUT = AsciiString.cached(Metadata.LEFT_OUT);
  private static final AsciiString ALL_ENTRIES = AsciiString.cached("all entries");

  private static final AsciiString[] CODES = codes();

  private static final byte[] NULL = {0, 0, 0, 0, 4, 'n', 'u', 'l', 'l'};
  private static final byte[] EMPTY = {0, 0, 0, 0, 0};

  private final GrpcConnection connection;
  private final ControlFrameLimit controlFrames;

  /** The bytes of all streams that have not been written. */
  private long waiting;

  Responses(GrpcConnection connection, ControlFrameLimit controlFrames) {
    this.connection = connection;
    this.controlFrames = controlFrames;
  }

  private static AsciiString[] codes() {
    AsciiString[] codes = new AsciiString[RpcCode.values().length];
    for (RpcCode code : RpcCode.values()) {
      codes[code.number()] = AsciiString.cached(Integer.toString(code.number()));
    }
    return codes;
  }

  /** {@return the bytes that have not been written} */
  long waiting() {
    return waiting;
  }

  private ChannelHandlerContext context() {
    return connection.context();
  }

  private Http2ConnectionEncoder encoder() {
    return connection.encoder();
  }

  // ---------------------------------------------------------------- what the session sends

  /** Sends the headers with metadata. */
  void begin(GrpcStream stream, ByteBuf in) {
    if (stream.answered || stream.begun) {
      return;
    }
    Http2Headers headers = headers(stream);
    addMetadata(headers, in);
    sendHeaders(stream, headers);
  }

  /** Sends an item. */
  void item(GrpcStream stream, ByteBuf in) {
    if (stream.answered) {
      return;
    }
    beginIfNeeded(stream);
    send(stream, in);
  }

  /** Sends the end of a call, with its result if there is one. */
  void end(GrpcStream stream, ByteBuf in) {
    if (stream.answered) {
      return;
    }
    int code = in.readUnsignedByte();
    CharSequence text = new AsciiString(bytes(in, in.readUnsignedShort()), false);
    boolean succeeds = code == RpcCode.OK.number();
    if (succeeds) {
      beginIfNeeded(stream);
    }
    Http2Headers trailers = stream.begun ? trailers() : headers(stream);
    trailers.set(STATUS, CODES[code]);
    if (!text.isEmpty()) {
      trailers.set(MESSAGE, text);
    }
    addMetadata(trailers, in);
    if (succeeds && !stream.takesItems) {
      if (!in.isReadable()) {
        boolean json = stream.encoding == Payload.Encoding.JSON;
        send(stream, Unpooled.wrappedBuffer(json ? NULL : EMPTY));
      } else {
        send(stream, in);
      }
    }
    sendTrailers(stream, trailers);
  }

  // ---------------------------------------------------------------- what this layer answers

  /** Fails a call. */
  void fail(GrpcStream stream, RpcCode code, String text) {
    if (stream.answered) {
      return;
    }
    Http2Headers trailers = stream.begun ? trailers() : headers(stream);
    trailers.set(STATUS, CODES[code.number()]);
    trailers.set(MESSAGE, new AsciiString(HeaderText.percentEncoded(text), false));
    sendTrailers(stream, trailers);
  }

  /** Answers what isn't a call. */
  void refuse(GrpcStream stream, int httpStatus) {
    sendTrailers(stream, trailers().status(Integer.toString(httpStatus)));
  }

  /** Lets the session send the first items. */
  void allow(GrpcStream stream) {
    tellCredit(stream, STREAM_ITEMS, STREAM_BYTES);
  }

  private void tellCredit(GrpcStream stream, int items, long bytes) {
    ByteBuf message = connection.message(Message.RESULT_CREDIT, stream.id());
    message.writeInt(items);
    message.writeInt((int) bytes);
    connection.emit(message);
  }

  // ---------------------------------------------------------------- headers

  private static Http2Headers headers(GrpcStream stream) {
    return trailers()
        .status(OK)
        .set(
            RequestHead.CONTENT_TYPE,
            stream.encoding == Payload.Encoding.JSON ? RequestHead.JSON : RequestHead.PROTOBUF)
        .set(ACCEPT_ENCODING, ACCEPTED);
  }

  private static Http2Headers trailers() {
    return new DefaultHttp2Headers(false);
  }

  /** Adds metadata, or, if the peer doesn't take that much, an entry that says so. */
  private void addMetadata(Http2Headers headers, ByteBuf in) {
    long limit = connection.peersHeaderLimit();
    long size = size(headers);
    int count = in.readUnsignedShort();
    Http2Headers metadata = trailers();
    for (int i = 0; i < count; i++) {
      AsciiString key = new AsciiString(bytes(in, in.readUnsignedByte()), false);
      AsciiString value = new AsciiString(bytes(in, in.readUnsignedShort()), false);
      metadata.add(key, value);
    }
    size += size(metadata);
    if (size <= limit) {
      headers.add(metadata);
      return;
    }
    CharSequence text = headers.get(MESSAGE);
    if (text != null && size(headers) > limit / 2) {
      headers.remove(MESSAGE);
      int length = Math.clamp(limit / 2 - size(headers) - MESSAGE.length(), 0, text.length());
      int cut = text.toString().indexOf('%', Math.max(0, length - 2));
      headers.set(MESSAGE, text.subSequence(0, cut >= 0 && cut < length ? cut : length));
    }
    if (count > 0) {
      headers.set(LEFT_OUT, ALL_ENTRIES);
    }
  }

  private static long size(Http2Headers headers) {
    long size = 0;
    for (var header : headers) {
      size += HeaderText.OVERHEAD + header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  private static byte[] bytes(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private void beginIfNeeded(GrpcStream stream) {
    if (!stream.begun) {
      sendHeaders(stream, headers(stream));
    }
  }

  private void sendHeaders(GrpcStream stream, Http2Headers headers) {
    stream.begun = true;
    controlFrames.sent();
    encoder().writeHeaders(context(), stream.id(), headers, 0, false, context().newPromise());
  }

  private void sendTrailers(GrpcStream stream, Http2Headers trailers) {
    stream.answered = true;
    controlFrames.sent();
    ChannelPromise promise = context().newPromise();
    encoder().writeHeaders(context(), stream.id(), trailers, 0, true, promise);
    connection.requests().stopReceiving(stream);
    if (!stream.ended) {
      promise.addListener(sent -> stopSending(stream));
    }
  }

  /** Tells a caller that still sends to stop. */
  private void stopSending(GrpcStream stream) {
    if (stream.http2.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      connection.resetStream(
          context(), stream.id(), Http2Error.NO_ERROR.code(), context().newPromise());
      connection.flushLater();
    }
  }

  // ---------------------------------------------------------------- data

  /** Sends the rest of a buffer. */
  private void send(GrpcStream stream, ByteBuf in) {
    int length = in.readableBytes();
    // What must wait gets a buffer of its own, so that it doesn't keep those of other messages.
    ByteBuf data =
        mustWait(stream, length)
            ? context().alloc().buffer(length).writeBytes(in)
            : in.readRetainedSlice(length);
    stream.waiting += length;
    waiting += length;
    controlFrames.sent();
    ChannelPromise promise = context().newPromise();
    promise.addListener(written -> written(stream, length));
    encoder().writeData(context(), stream.id(), data, 0, false, promise);
  }

  private boolean mustWait(GrpcStream stream, int length) {
    Http2RemoteFlowController flow = encoder().flowController();
    return stream.waiting + length > flow.windowSize(stream.http2)
        || waiting + length > flow.windowSize(connection.connection().connectionStream());
  }

  /** Called when the operating system has taken data, or the stream has ended before. */
  private void written(GrpcStream stream, int length) {
    stream.waiting -= length;
    waiting -= length;
    if (stream.takesItems && !stream.answered) {
      stream.freedItems++;
      stream.freedBytes += length;
      if (stream.freedItems >= STREAM_ITEMS / 2 || stream.freedBytes >= STREAM_BYTES / 2) {
        tellCredit(stream, stream.freedItems, stream.freedBytes);
        stream.freedItems = 0;
        stream.freedBytes = 0;
      }
    }
    connection.dataWritten();
  }
}
