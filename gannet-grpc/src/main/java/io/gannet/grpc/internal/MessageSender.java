package io.gannet.grpc.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;

/**
 * Sends headers and messages. What is the same on both sides. Used on the connection's loop only.
 *
 * <p><b>Flow control.</b> Netty holds what the peer doesn't allow yet. A sent stream may have
 * {@link #STREAM_BYTES} there, because its credit is given to the session only when its items have
 * been written. So a slow reader holds its producer back, and no other stream.
 */
abstract class MessageSender {

  /** How many items and bytes of a stream may wait until they are written. */
  private static final int STREAM_ITEMS = 256;

  private static final int STREAM_BYTES = 64 << 10;

  /**
   * The bytes of a waiting message that are counted as written together. So a peer that takes fewer
   * within the write stall timeout makes no progress.
   */
  private static final int PIECE = 16 << 10;

  final GrpcConnection connection;
  final ControlFrameLimit controlFrames;

  /** The bytes of all streams that have not been written. */
  private long waiting;

  private long peersHeaderLimit = Long.MAX_VALUE;

  MessageSender(GrpcConnection connection, ControlFrameLimit controlFrames) {
    this.connection = connection;
    this.controlFrames = controlFrames;
  }

  /**
   * Sends what the session says about a call.
   *
   * @param kind the kind of the message
   * @param call the id of the call for the session
   * @param message the rest of the message
   */
  abstract void send(int kind, int call, ByteBuf message);

  /** Called soon after a stream has closed, or the settings of the peer have changed. */
  void streamsChanged() {}

  /** Called when the session has ended, before what it has not sent is {@link #discarded}. */
  void sessionEnded() {}

  /**
   * Called for each message that an ended session has not sent.
   *
   * @param kind the kind of the message
   * @param call the id of the call for the session
   */
  void discarded(int kind, int call) {}

  /**
   * {@return whether a call of an ended session has certainly not been sent} Called on any thread.
   *
   * @param call the id of the call for the session
   */
  boolean neverSent(int call) {
    return false;
  }

  /** Called when the connection has ended. */
  void connectionEnded() {}

  /** Called when settings of the peer have arrived. */
  final void settings(Http2Settings settings) {
    Long limit = settings.maxHeaderListSize(); // on a server, Netty ignores it
    peersHeaderLimit = limit == null ? peersHeaderLimit : limit;
  }

  /** {@return the size of headers that the peer takes} */
  final long peersHeaderLimit() {
    return peersHeaderLimit;
  }

  /** {@return the bytes that have not been written} */
  final long waiting() {
    return waiting;
  }

  final ChannelHandlerContext context() {
    return connection.context();
  }

  final Http2ConnectionEncoder encoder() {
    return connection.encoder();
  }

  /** Lets the session send the first items. */
  final void allow(GrpcStream stream) {
    tellCredit(stream, STREAM_ITEMS, STREAM_BYTES);
  }

  private void tellCredit(GrpcStream stream, int items, long bytes) {
    ByteBuf message = connection.message(Message.CREDIT, stream.call);
    message.writeInt(items);
    message.writeInt((int) bytes);
    connection.emit(message);
  }

  /** Resets a stream. */
  final void reset(GrpcStream stream, Http2Error why) {
    connection.resetStream(context(), stream.id(), why.code(), context().newPromise());
    connection.flushLater();
  }

  // ---------------------------------------------------------------- headers

  static Http2Headers newHeaders() {
    return new DefaultHttp2Headers(false);
  }

  /** Reads the metadata of a message. */
  static Http2Headers readMetadata(ByteBuf in) {
    Http2Headers metadata = newHeaders();
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      AsciiString key = text(in, in.readUnsignedByte());
      metadata.add(key, text(in, in.readUnsignedShort()));
    }
    return metadata;
  }

  static AsciiString text(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return new AsciiString(bytes, false);
  }

  /** {@return the size of headers as HTTP/2 counts it} */
  static long size(Http2Headers headers) {
    long size = 0;
    for (var header : headers) {
      size += HeaderText.OVERHEAD + header.getKey().length() + header.getValue().length();
    }
    return size;
  }

  final ChannelPromise sendHeaders(GrpcStream stream, Http2Headers headers, boolean end) {
    controlFrames.sent();
    ChannelPromise promise = context().newPromise();
    encoder().writeHeaders(context(), stream.id(), headers, 0, end, promise);
    return promise;
  }

  // ---------------------------------------------------------------- data

  /**
   * Sends the rest of a buffer.
   *
   * @param end whether this side sends nothing more
   * @return completes when it has been written, or will not be
   */
  final ChannelPromise sendData(GrpcStream stream, ByteBuf in, boolean end) {
    controlFrames.sent();
    int length = in.readableBytes();
    // What must wait gets buffers of its own, so that it doesn't keep those of other messages.
    boolean waits = mustWait(stream, length);
    stream.waiting += length;
    waiting += length;
    ChannelPromise promise;
    do {
      int size = waits ? Math.min(in.readableBytes(), PIECE) : length;
      ByteBuf data =
          waits ? context().alloc().buffer(size).writeBytes(in, size) : in.readRetainedSlice(size);
      boolean last = !in.isReadable();
      promise = context().newPromise();
      promise.addListener(written -> written(stream, size, last));
      encoder().writeData(context(), stream.id(), data, 0, end && last, promise);
    } while (in.isReadable());
    return promise;
  }

  private boolean mustWait(GrpcStream stream, int length) {
    Http2RemoteFlowController flow = encoder().flowController();
    return stream.waiting + length > flow.windowSize(stream.http2)
        || waiting + length > flow.windowSize(connection.connection().connectionStream());
  }

  /** Called when the operating system has taken data, or the stream has ended before. */
  private void written(GrpcStream stream, int length, boolean last) {
    controlFrames.sent();
    stream.waiting -= length;
    waiting -= length;
    if (stream.sendsItems && !stream.answered) {
      stream.freedItems += last ? 1 : 0;
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
