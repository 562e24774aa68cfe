package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.grpc.internal.RequestHead.RefusedException;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireProvider;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The frames that the peer sends: makes requests and items of them. Used on the connection's loop
 * only.
 *
 * <p><b>Flow control.</b> The window of the connection is always given back at once. The window of
 * a stream is given back when its message has been passed on, and messages are passed on only
 * within the session's credit; so both windows bound what a caller can make this side hold. A
 * message that doesn't fit into the window of its stream needs room in the {@link ReceiveMemory}.
 */
final class Requests extends Http2FrameAdapter {

  /**
   * The largest message that fits into what a sender is sure to have of the initial window: half of
   * it, because windows are given back in halves.
   */
  private static final int SMALL = 32_000;

  private final WireProvider.Endpoint server;
  private final GrpcConnection connection;
  private final ControlFrameLimit controlFrames;
  private final ReceiveMemory memory = new ReceiveMemory();

  /** The number of calls that the session will be told of when their message is complete. */
  private int collecting;

  Requests(
      WireProvider.Endpoint server, GrpcConnection connection, ControlFrameLimit controlFrames) {
    this.server = server;
    this.connection = connection;
    this.controlFrames = controlFrames;
  }

  /** {@return whether there are calls that the session doesn't know yet} */
  boolean isCollecting() {
    return collecting > 0;
  }

  // ---------------------------------------------------------------- requests

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    onHeadersRead(context, id, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    Http2Stream http2 = connection.connection().stream(id);
    if (http2 == null) {
      return;
    }
    GrpcStream known = connection.stream(http2);
    if (known != null) { // trailers, which gRPC doesn't use in requests
      if (!end) {
        throw Http2Exception.streamError(
            id, Http2Error.PROTOCOL_ERROR, "headers inside the request of stream %d", id);
      }
      ended(known);
      return;
    }
    Payload.Encoding encoding = RequestHead.encodingOf(headers.get(RequestHead.CONTENT_TYPE));
    GrpcStream stream =
        connection.add(http2, encoding == null ? Payload.Encoding.PROTOBUF : encoding);
    stream.ended = end;
    try {
      RequestHead head = RequestHead.of(headers, encoding);
      stream.gzip = head.gzip();
      begin(stream, head, headers);
    } catch (RefusedException e) {
      if (e.httpStatus == 0) {
        fail(stream, e.code, e.text());
      } else {
        stopReceiving(stream);
        connection.responses().refuse(stream, e.httpStatus);
      }
    }
  }

  private void begin(GrpcStream stream, RequestHead head, Http2Headers headers)
      throws RefusedException {
    OfferedMethods.Method method = server.methods().find(head.path(), head.encoding());
    if (method != null) {
      check(head, method);
      stream.sendsItems = method.streams().hasArguments();
      stream.takesItems = method.streams().hasResults();
    }
    boolean encodesNothing =
        method != null && method.isBare() && head.encoding() == Payload.Encoding.PROTOBUF;
    stream.message = connection.newBuffer();
    head.writeTo(
        stream.id(),
        (stream.sendsItems ? Message.SENDS_ITEMS : 0)
            | (stream.takesItems ? Message.TAKES_ITEMS : 0),
        encodesNothing || method == null ? Payload.Encoding.NONE : head.encoding(),
        headers,
        server.limits(),
        stream.message);
    if (method == null) {
      announce(stream);
      stopReceiving(stream); // interceptors and the failure need no arguments
    } else if (stream.sendsItems) {
      Frame.Window window = server.window();
      stream.itemCredit = window.items();
      stream.byteCredit = window.bytes();
      announce(stream);
      if (stream.ended) {
        tellEnd(stream);
      }
    } else {
      stream.collecting = true;
      collecting++;
      if (stream.ended) {
        ended(stream);
      }
    }
  }

  /** Refuses what gRPC can't express. */
  private static void check(RequestHead head, OfferedMethods.Method method)
      throws RefusedException {
    if (method.encoding() != head.encoding() && !method.isBare()) {
      throw new RefusedException(
          RpcCode.UNIMPLEMENTED,
          "%s takes %s: call it with the content type %s"
              .formatted(
                  head.path(),
                  method.encoding(),
                  method.encoding() == Payload.Encoding.JSON
                      ? RequestHead.JSON
                      : RequestHead.PROTOBUF));
    }
    if (method.streams() != Frame.Streams.NONE
        && method.streams().hasArguments()
        && method.parameters() > 0) {
      throw new RefusedException(
          RpcCode.UNIMPLEMENTED,
          "%s takes a stream and other arguments, which gRPC can't express".formatted(head.path()));
    }
  }

  /** Passes the call on. */
  private void announce(GrpcStream stream) {
    ByteBuf message = Objects.requireNonNull(stream.message);
    stream.message = null;
    stream.announced = true;
    connection.emit(message, memory.take(stream));
    if (stream.takesItems) {
      connection.responses().allow(stream);
    }
    collected(stream);
  }

  /** Passes a call on whose message is complete, with the rest of its timeout. */
  private void announceComplete(GrpcStream stream) {
    ByteBuf message = Objects.requireNonNull(stream.message);
    long timeout = message.getLong(Message.TIMEOUT_AT);
    if (timeout > 0) {
      long left = timeout - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stream.begin);
      if (left <= 0) {
        fail(stream, RpcCode.DEADLINE_EXCEEDED, "the request took longer than its timeout");
        return;
      }
      message.setLong(Message.TIMEOUT_AT, left);
    }
    announce(stream);
    stream.ignored = true;
  }

  private void tellEnd(GrpcStream stream) {
    stream.ignored = true;
    connection.emit(connection.message(Message.END, stream.id()));
  }

  private void collected(GrpcStream stream) {
    if (stream.collecting) {
      stream.collecting = false;
      collecting--;
      connection.goodbye().look();
    }
  }

  /** Fails a call, whose further messages are ignored. */
  private void fail(GrpcStream stream, RpcCode code, String text) {
    if (stream.announced) {
      connection.responses().fail(stream, code, text);
      connection.emit(connection.message(Message.CANCEL, stream.id()));
    } else {
      stream.announced = true;
      ByteBuf message = connection.message(Message.MALFORMED, stream.id());
      message.writeByte(code.number());
      message.writeCharSequence(text, UTF_8);
      connection.emit(message);
    }
    stopReceiving(stream);
  }

  /** Called when what the caller still sends doesn't matter. */
  void stopReceiving(GrpcStream stream) {
    memory.free(stream);
    stream.release();
    collected(stream);
    grantNext();
  }

  /** Called when a stream has closed in both directions, or was reset. */
  void closed(GrpcStream stream) {
    if (stream.announced && !stream.answered) {
      stream.answered = true;
      connection.emit(connection.message(Message.CANCEL, stream.id()));
    }
    stopReceiving(stream);
  }

  // ---------------------------------------------------------------- messages

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end) {
    Http2Stream http2 = connection.connection().stream(id);
    GrpcStream stream = http2 == null ? null : connection.stream(http2);
    int size = data.readableBytes();
    if (stream == null || stream.ignored) {
      return size + padding;
    }
    ByteBuf backlog = stream.backlog;
    if (backlog != null) {
      backlog.writeBytes(data);
    } else {
      receive(stream, data);
      if (data.isReadable() && !stream.ignored) {
        stream.backlog = connection.newBuffer().writeBytes(data);
      }
    }
    if (end) {
      ended(stream);
    }
    return padding;
  }

  /** Called when the session takes more items. */
  void credit(GrpcStream stream, long items, long bytes) {
    stream.itemCredit += items;
    stream.byteCredit += bytes;
    ByteBuf backlog = stream.backlog;
    if (backlog == null) {
      return;
    }
    receive(stream, backlog);
    if (!stream.ignored && !backlog.isReadable()) {
      backlog.release();
      stream.backlog = null;
      if (stream.ended) {
        ended(stream);
      }
    }
  }

  /** Called when the caller has sent everything. */
  private void ended(GrpcStream stream) {
    stream.ended = true;
    if (stream.ignored || stream.backlog != null) {
      return;
    }
    if (stream.prefixBytes > 0 && !stream.complete) {
      fail(stream, RpcCode.INVALID_ARGUMENT, "the request ends in the middle of a message");
    } else if (stream.sendsItems) {
      tellEnd(stream);
    } else if (stream.complete) {
      announceComplete(stream);
    } else {
      fail(stream, RpcCode.UNIMPLEMENTED, "the request has no message");
    }
  }

  /** Receives bytes of messages, as far as the session takes them. */
  private void receive(GrpcStream stream, ByteBuf in) {
    while (!stream.ignored && in.isReadable()) {
      if (stream.complete) {
        fail(stream, RpcCode.UNIMPLEMENTED, "the request has more than one message");
      } else if (stream.prefixBytes < Message.PREFIX) {
        if (stream.prefixBytes == 0
            && stream.sendsItems
            && (stream.itemCredit <= 0 || stream.byteCredit <= 0)) {
          return;
        }
        readPrefix(stream, in.readUnsignedByte());
      } else {
        int count = (int) Math.min(in.readableBytes(), stream.length - stream.received);
        Objects.requireNonNull(stream.message).writeBytes(in, count);
        stream.received += count;
        stream.unreturned += count;
        if (stream.received == stream.length) {
          complete(stream);
        } else if (stream.granted > 0) {
          giveBack(stream);
        }
      }
    }
  }

  private void readPrefix(GrpcStream stream, int octet) {
    if (stream.prefixBytes == 0) {
      stream.messageFlag = octet;
      stream.length = 0;
    } else {
      stream.length = stream.length << 8 | octet;
    }
    stream.prefixBytes++;
    stream.unreturned++;
    if (stream.prefixBytes == Message.PREFIX) {
      beginMessage(stream);
    }
  }

  /** Called when the prefix of a message has arrived. */
  private void beginMessage(GrpcStream stream) {
    int limit = connection.maxMessageSize();
    if (stream.messageFlag > 1 || (stream.messageFlag == 1 && !stream.gzip)) {
      fail(
          stream,
          RpcCode.INTERNAL,
          "a message has the flag %d, and the header grpc-encoding does not name gzip"
              .formatted(stream.messageFlag));
      return;
    }
    if (stream.length > limit) {
      fail(
          stream,
          RpcCode.RESOURCE_EXHAUSTED,
          "a message has %,d bytes, the limit is %,d (setting maxMessageSize)"
              .formatted(stream.length, limit));
      return;
    }
    int flags = stream.messageFlag == 1 ? Message.COMPRESSED : 0;
    if (stream.sendsItems) {
      ByteBuf item = connection.message(Message.ARGUMENT_ITEM, stream.id());
      item.writeByte(flags);
      item.writeByte(stream.encoding.number());
      stream.message = item;
    } else {
      ByteBuf request = Objects.requireNonNull(stream.message);
      request.setByte(Message.FLAGS_AT, request.getByte(Message.FLAGS_AT) | flags);
    }
    stream.received = 0;
    if (stream.length == 0) {
      complete(stream);
    } else if (stream.length > SMALL && memory.ask(stream, limit)) {
      granted(stream);
    }
  }

  private void complete(GrpcStream stream) {
    memory.complete(stream);
    if (stream.sendsItems) {
      giveBack(stream);
      ByteBuf item = Objects.requireNonNull(stream.message);
      stream.message = null;
      stream.itemCredit--;
      stream.byteCredit -= stream.length + Message.PREFIX;
      stream.prefixBytes = 0;
      connection.emit(item, memory.take(stream));
    } else {
      stream.complete = true; // passed on at the end of the request
    }
    grantNext();
  }

  /** Called when a message has been passed on. */
  void delivered(int room) {
    if (room > 0) {
      memory.free(room);
      grantNext();
    }
  }

  // ---------------------------------------------------------------- windows

  private void grantNext() {
    int limit = connection.maxMessageSize();
    for (GrpcStream next = memory.next(limit); next != null; next = memory.next(limit)) {
      granted(next);
    }
  }

  /** Called when there is room for a large message: its sender gets a window for all of it. */
  private void granted(GrpcStream stream) {
    if (!stream.sendsItems) { // its only message
      try {
        flow().incrementWindowSize(stream.http2, (int) stream.length);
      } catch (Http2Exception e) {
        connection.failed(e);
      }
    }
    giveBack(stream);
  }

  /** Gives the window of a stream back, as far as its bytes have arrived. */
  private void giveBack(GrpcStream stream) {
    int bytes = stream.unreturned;
    stream.unreturned = 0;
    try {
      if (bytes > 0 && flow().consumeBytes(stream.http2, bytes)) {
        connection.flushLater();
      }
    } catch (Http2Exception e) {
      connection.failed(e);
    }
  }

  private Http2LocalFlowController flow() {
    return connection.decoder().flowController();
  }

  // ---------------------------------------------------------------- other frames

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    controlFrames.frame("SETTINGS");
    connection.established();
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    controlFrames.ping();
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) {
    connection.goodbye().pinged(data);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    controlFrames.frame("PRIORITY");
  }
}
