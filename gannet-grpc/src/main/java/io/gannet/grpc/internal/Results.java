package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;

/** Receives responses, on a client. Used on the connection's loop only. */
final class Results extends MessageReceiver {

  /** The longest text of a goodbye that is passed on, in bytes. */
  private static final int MAX_GOODBYE = 1024;

  private final WireLimits limits;
  private final Frame.Window window;
  private final Calls calls;

  Results(
      WireLimits limits,
      Frame.Window window,
      GrpcConnection connection,
      ControlFrameLimit controlFrames,
      Calls calls) {
    super(connection, controlFrames);
    this.limits = limits;
    this.window = window;
    this.calls = calls;
  }

  @Override
  String what() {
    return "response";
  }

  @Override
  void begin(GrpcStream stream) {
    stream.itemCredit = window.items();
    stream.byteCredit = window.bytes();
  }

  // ---------------------------------------------------------------- headers and trailers

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end) {
    GrpcStream stream = find(id);
    if (stream == null || stream.answered) {
      return;
    }
    if (end) {
      trailers(stream, headers);
    } else if (!ResponseHead.isInformational(headers)) {
      reply(stream, headers); // Netty accepts no second one
    }
  }

  private void reply(GrpcStream stream, Http2Headers headers) {
    ResponseHead.Outcome problem = ResponseHead.problem(headers);
    if (problem != null) {
      fail(stream, problem.code(), problem.text());
      return;
    }
    stream.replied = true;
    stream.gzip = ResponseHead.isGzip(headers);
    Payload.Encoding encoding = HeaderText.encodingOf(headers.get(HeaderText.CONTENT_TYPE));
    if (stream.encoding != Payload.Encoding.NONE) {
      stream.encoding = Objects.requireNonNull(encoding);
    }
    ByteBuf begins = connection.message(Message.REPLY_BEGINS, stream.call);
    MetadataHeaders.writeFitting(headers, limits, begins);
    if (begins.getUnsignedShort(Message.HEAD) > 0) {
      connection.emit(begins);
    } else {
      begins.release();
    }
  }

  private void trailers(GrpcStream stream, Http2Headers headers) {
    ResponseHead.Outcome outcome = ResponseHead.outcome(headers, stream.replied);
    stream.succeeds = outcome.code() == RpcCode.OK;
    ByteBuf trailers = connection.newBuffer();
    stream.trailers = trailers;
    trailers.writeBytes(
        Calls.ending(
            outcome.code(),
            false,
            outcome.text(),
            stream.succeeds ? "" : ResponseHead.details(headers)));
    MetadataHeaders.writeFitting(headers, limits, trailers);
    ended(stream);
  }

  // ---------------------------------------------------------------- the end of a response

  @Override
  void ended(GrpcStream stream) {
    stream.ended = true;
    if (stream.ignored || stream.backlog != null) {
      return;
    }
    ByteBuf trailers = stream.trailers;
    if (trailers == null) {
      fail(stream, RpcCode.INTERNAL, "the response ends without trailers");
    } else if (!stream.succeeds) {
      respond(stream, calls.response(stream.call, Payload.Encoding.NONE, 0), trailers);
    } else if (stream.prefixBytes > 0 && !stream.complete) {
      fail(stream, RpcCode.INTERNAL, "the response ends in the middle of a message");
    } else if (stream.receivesItems) {
      respond(stream, calls.response(stream.call, Payload.Encoding.NONE, 0), trailers);
    } else if (!stream.complete) {
      fail(stream, RpcCode.UNIMPLEMENTED, "the response has no message");
    } else {
      ByteBuf response = Objects.requireNonNull(stream.message);
      stream.message = null;
      response.setInt(Message.LENGTH_AT, (int) stream.length);
      respond(stream, response, trailers);
    }
  }

  private void respond(GrpcStream stream, ByteBuf response, ByteBuf trailers) {
    connection.emit(response.writeBytes(trailers), memory.take(stream));
    stopSending(stream);
    calls.forget(stream);
  }

  /** Sends nothing more for a call whose response has come. */
  private void stopSending(GrpcStream stream) {
    if (!stream.finished || stream.waiting > 0) {
      stream.finished = true;
      calls.reset(stream, Http2Error.NO_ERROR);
    }
  }

  @Override
  void beginMessage(GrpcStream stream, int flags) {
    stream.message = calls.response(stream.call, stream.encoding, flags | Message.VALUE);
  }

  // ---------------------------------------------------------------- failures

  @Override
  void fail(GrpcStream stream, RpcCode code, String text) {
    calls.fail(stream, code, false, text);
    calls.reset(stream, Http2Error.CANCEL);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int id, long errorCode) {
    GrpcStream stream = find(id);
    if (stream == null || stream.answered || stream.ended) {
      return;
    }
    Http2Error error = Http2Error.valueOf(errorCode);
    RpcCode code = ResponseHead.codeOf(error);
    if (code == RpcCode.CANCELLED && stream.isTimedOut()) {
      code = RpcCode.DEADLINE_EXCEEDED; // the server's clock was faster than ours
    }
    calls.fail(
        stream,
        code,
        error == Http2Error.REFUSED_STREAM,
        "the server has reset the call: " + nameOf(errorCode));
  }

  private static String nameOf(long errorCode) {
    Http2Error error = Http2Error.valueOf(errorCode);
    return error == null ? "error " + errorCode : error.name();
  }

  @Override
  void mistaken(GrpcStream stream, Http2Exception mistake) {
    boolean tooLarge = mistake instanceof Http2Exception.HeaderListSizeException;
    calls.fail(
        stream,
        tooLarge ? RpcCode.RESOURCE_EXHAUSTED : RpcCode.INTERNAL,
        false,
        "HTTP/2 %s: %s%s"
            .formatted(
                mistake.error(),
                PeerText.escape(String.valueOf(mistake.getMessage())),
                tooLarge ? " (setting maxMetadata)" : ""));
  }

  @Override
  void closed(GrpcStream stream) {
    if (stream.answered || stream.ended) {
      return; // what has come is still being passed on
    }
    Http2Connection http2 = connection.connection();
    boolean unseen = http2.goAwayReceived() && stream.id() > http2.local().lastStreamKnownByPeer();
    calls.fail(
        stream,
        RpcCode.UNAVAILABLE,
        unseen,
        unseen
            ? "the server accepts no more calls on this connection, and has not handled this one"
            : "the stream of the call was closed");
  }

  @Override
  void peerLeaves(long errorCode, ByteBuf text) {
    int length = Math.min(text.readableBytes(), MAX_GOODBYE);
    String said = text.toString(text.readerIndex(), length, UTF_8);
    calls.leave("%s %s".formatted(nameOf(errorCode), said).strip());
    calls.refuseLine("the server accepts no more calls on this connection");
  }

  @Override
  void inputEnded() {
    calls.leave("the server has ended the connection");
    calls.refuseLine("the connection has ended");
  }

  @Override
  boolean isBehind() {
    return calls.areBehind();
  }

  @Override
  boolean accepts(GrpcStream stream) {
    return stream.replied;
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    super.onSettingsRead(context, settings);
    connection.flushLater();
  }
}
