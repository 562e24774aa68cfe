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
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Receives requests, on a server. Used on the connection's loop only. */
final class Requests extends MessageReceiver {

  private final WireProvider.Endpoint server;
  private final Responses responses;
  private final HttpStreams http;

  /** The number of calls that the session will be told of when their message is complete. */
  private int collecting;

  Requests(
      WireProvider.Endpoint server,
      boolean encrypted,
      GrpcConnection connection,
      ControlFrameLimit controlFrames,
      Responses responses) {
    super(connection, controlFrames);
    this.server = server;
    this.responses = responses;
    this.http = new HttpStreams(server, encrypted, connection, this, responses);
  }

  @Override
  boolean isCollecting() {
    return collecting > 0;
  }

  @Override
  String what() {
    return "request";
  }

  // ---------------------------------------------------------------- requests

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
    Payload.Encoding encoding = HeaderText.encodingOf(headers.get(HeaderText.CONTENT_TYPE));
    GrpcStream stream =
        connection.add(http2, id, encoding == null ? Payload.Encoding.PROTOBUF : encoding);
    stream.ended = end;
    if (http.takes(encoding)) {
      http.begin(stream, headers);
      return;
    }
    try {
      RequestHead head = RequestHead.of(headers, encoding);
      stream.gzip = head.gzip();
      begin(stream, head, headers);
    } catch (RefusedException e) {
      if (e.httpStatus == 0) {
        fail(stream, e.code, e.text());
      } else {
        stopReceiving(stream);
        responses.refuse(stream, e.httpStatus);
      }
    }
  }

  private void begin(GrpcStream stream, RequestHead head, Http2Headers headers)
      throws RefusedException {
    OfferedMethods.Method method = server.methods().find(head.path(), head.encoding());
    if (method != null) {
      stream.receivesItems = method.streams().hasArguments();
      stream.sendsItems = method.streams().hasResults();
    }
    boolean encodesNothing =
        method != null && method.isBare() && head.encoding() == Payload.Encoding.PROTOBUF;
    ByteBuf message = connection.newBuffer();
    stream.message = message;
    head.writeTo(
        stream.id(),
        (stream.receivesItems ? Message.ARGUMENT_STREAM : 0)
            | (stream.sendsItems ? Message.RESULT_STREAM : 0),
        encodesNothing || method == null ? Payload.Encoding.NONE : head.encoding(),
        headers,
        server.limits(),
        message);
    stream.headSize = message.writerIndex();
    if (method != null) {
      check(head, method);
    }
    if (method == null) {
      announce(stream);
      stopReceiving(stream); // interceptors and the failure need no arguments
    } else {
      beginMessages(stream);
    }
  }

  /** Waits for the messages of a call whose head is known. */
  void beginMessages(GrpcStream stream) {
    if (stream.receivesItems) {
      Frame.Window window = server.window();
      stream.itemCredit = window.items();
      stream.byteCredit = window.bytes();
      announce(stream);
      if (stream.ended) {
        tellEnd(stream);
      }
    } else {
      collect(stream);
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
                      ? HeaderText.JSON
                      : HeaderText.PROTOBUF));
    }
    if (method.streams() != Frame.Streams.NONE
        && method.streams().hasArguments()
        && method.parameters() > 0) {
      throw new RefusedException(
          RpcCode.UNIMPLEMENTED,
          "%s takes a stream and other arguments, which gRPC can't express".formatted(head.path()));
    }
  }

  /** Waits for the only message of a call. */
  void collect(GrpcStream stream) {
    stream.collecting = true;
    collecting++;
  }

  /** Passes the call on. */
  void announce(GrpcStream stream) {
    ByteBuf message = Objects.requireNonNull(stream.message);
    stream.message = null;
    stream.announced = true;
    connection.emit(message, memory.take(stream));
    if (stream.sendsItems) {
      responses.allow(stream);
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
      connection.gracefulClose().sendLastCallIfDue();
    }
  }

  @Override
  void fail(GrpcStream stream, RpcCode code, String text) {
    if (stream.isPlain()) {
      http.fail(stream, code, text);
      return;
    }
    if (stream.announced) {
      responses.fail(stream, code, text);
      connection.emit(connection.message(Message.CANCEL, stream.id()));
    } else {
      stream.announced = true;
      byte[] why = text.getBytes(UTF_8);
      ByteBuf message = connection.message(Message.MALFORMED, stream.id());
      message.writeByte(code.number());
      message.writeShort(why.length);
      message.writeBytes(why);
      if (stream.headSize > 0) { // so that interceptors decide first what the caller learns
        message.writeBytes(
            Objects.requireNonNull(stream.message), Message.HEAD, stream.headSize - Message.HEAD);
      }
      connection.emit(message);
    }
    stopReceiving(stream);
  }

  @Override
  boolean awaitsMore(GrpcStream stream) {
    return (stream.collecting && (stream.prefixBytes == 0 || stream.complete))
        || super.awaitsMore(stream);
  }

  @Override
  void stopReceiving(GrpcStream stream) {
    super.stopReceiving(stream);
    collected(stream);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int id, long errorCode)
      throws Http2Exception {
    GrpcStream stream = find(id);
    if (stream != null) {
      stream.wasReset = true;
      connection.resets().received(stream);
    }
  }

  @Override
  void closed(GrpcStream stream) {
    if (!stream.wasReset && !stream.http2.isResetSent()) {
      connection.resets().completed();
    }
    if (stream.announced && !stream.answered) {
      stream.answered = true;
      connection.emit(connection.message(Message.CANCEL, stream.id()));
    }
    stopReceiving(stream);
  }

  @Override
  void beginMessage(GrpcStream stream, int flags) {
    ByteBuf request = Objects.requireNonNull(stream.message);
    request.setByte(Message.FLAGS_AT, request.getByte(Message.FLAGS_AT) | flags);
  }

  @Override
  void ended(GrpcStream stream) {
    stream.ended = true;
    if (stream.ignored || stream.backlog != null) {
      return;
    }
    if (stream.isPlain()) {
      http.complete(stream);
      return;
    }
    if (stream.prefixBytes > 0 && !stream.complete) {
      fail(stream, RpcCode.INTERNAL, "the request ends in the middle of a message");
    } else if (stream.receivesItems) {
      tellEnd(stream);
    } else if (stream.complete) {
      announceComplete(stream);
    } else {
      fail(stream, RpcCode.UNIMPLEMENTED, "the request has no message");
    }
  }
}
