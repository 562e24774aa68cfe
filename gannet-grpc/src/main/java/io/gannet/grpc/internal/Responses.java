package io.gannet.grpc.internal;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;

/** Sends responses, on a server. Used on the connection's loop only. */
final class Responses extends MessageSender {

  private static final AsciiString OK = AsciiString.cached("200");
  private static final AsciiString LEFT_OUT = AsciiString.cached(Metadata.LEFT_OUT);
  private static final AsciiString ALL_ENTRIES = AsciiString.cached("all entries");

  private static final AsciiString[] CODES = codes();

  private static final byte[] NULL = {0, 0, 0, 0, 4, 'n', 'u', 'l', 'l'};
  private static final byte[] EMPTY = {0, 0, 0, 0, 0};
  private static final byte[] EMPTY_OBJECT = {0, 0, 0, 0, 2, '{', '}'};

  Responses(GrpcConnection connection, ControlFrameLimit controlFrames) {
    super(connection, controlFrames);
  }

  private static AsciiString[] codes() {
    AsciiString[] codes = new AsciiString[RpcCode.values().length];
    for (RpcCode code : RpcCode.values()) {
      codes[code.number()] = AsciiString.cached(Integer.toString(code.number()));
    }
    return codes;
  }

  // ---------------------------------------------------------------- what the session sends

  @Override
  void send(int kind, int call, ByteBuf message) {
    Http2Stream http2 = connection.connection().stream(call);
    GrpcStream stream = http2 == null ? null : connection.stream(http2);
    if (stream == null) {
      return;
    }
    switch (kind) {
      case Message.RESPONSE -> end(stream, message);
      case Message.REPLY_BEGINS -> begin(stream, message);
      case Message.ITEM -> item(stream, message);
      case Message.CREDIT ->
          connection
              .receiver()
              .credit(stream, message.readUnsignedInt(), message.readUnsignedInt());
      default -> throw new IllegalStateException("a message of kind " + kind);
    }
  }

  /** Sends the headers with metadata. */
  private void begin(GrpcStream stream, ByteBuf in) {
    if (stream.answered || stream.begun) {
      return;
    }
    if (stream.http != null) {
      stream.http.replyBegins(in);
      if (stream.enveloped) {
        beginIfNeeded(stream);
      }
      return;
    }
    Http2Headers headers = headers(stream);
    addMetadata(headers, in);
    begin(stream, headers);
  }

  /** Sends an item. */
  private void item(GrpcStream stream, ByteBuf in) {
    if (stream.answered) {
      return;
    }
    beginIfNeeded(stream);
    sendData(stream, in, false);
  }

  /** Sends the end of a call, with its result if there is one. */
  private void end(GrpcStream stream, ByteBuf in) {
    if (stream.answered) {
      return;
    }
    HttpExchange http = stream.http;
    if (http != null && stream.isPlain()) {
      answer(stream, http.respond(in, context().alloc()));
      return;
    }
    int code = in.readUnsignedByte();
    AsciiString text = text(in, in.readUnsignedShort());
    boolean succeeds = code == RpcCode.OK.number();
    if (succeeds) {
      beginIfNeeded(stream);
    }
    if (stream.enveloped) {
      endEnvelopes(stream, RpcCode.of(code), text, in);
      return;
    }
    Http2Headers trailers = stream.begun ? newHeaders() : headers(stream);
    trailers.set(HeaderText.STATUS, CODES[code]);
    if (!text.isEmpty()) {
      trailers.set(HeaderText.MESSAGE, text);
    }
    addMetadata(trailers, in);
    if (succeeds && !stream.sendsItems) {
      if (!in.isReadable()) {
        boolean json = stream.encoding == Payload.Encoding.JSON;
        sendData(stream, Unpooled.wrappedBuffer(json ? NULL : EMPTY), false);
      } else {
        sendData(stream, in, false);
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
    if (stream.enveloped) {
      sendEnd(stream, HttpExchange.streamEnds(code, text, null, context().alloc()));
      return;
    }
    Http2Headers trailers = stream.begun ? newHeaders() : headers(stream);
    trailers.set(HeaderText.STATUS, CODES[code.number()]);
    trailers.set(HeaderText.MESSAGE, new AsciiString(HeaderText.percentEncoded(text), false));
    sendTrailers(stream, trailers);
  }

  /** Answers what isn't a call. */
  void refuse(GrpcStream stream, int httpStatus) {
    sendTrailers(stream, newHeaders().status(Integer.toString(httpStatus)));
  }

  // ---------------------------------------------------------------- responses of HTTP

  /** Answers a request that isn't one of gRPC. */
  void answer(GrpcStream stream, FullHttpResponse response) {
    try {
      Http2Headers headers = headers(response);
      boolean hasBody = response.content().isReadable() && !isHead(stream);
      stream.answered = true;
      ChannelPromise sent = sendHeaders(stream, headers, !hasBody);
      if (hasBody) {
        sent = sendData(stream, response.content(), true);
      }
      connection.receiver().stopReceiving(stream);
      if (!stream.ended) {
        sent.addListener(done -> stopSending(stream));
      }
    } finally {
      response.release();
    }
  }

  private static boolean isHead(GrpcStream stream) {
    return stream.http != null && stream.http.request().method().equals(HttpMethod.HEAD);
  }

  private Http2Headers headers(FullHttpResponse response) {
    Http2Headers headers = newHeaders().status(response.status().codeAsText());
    response.headers().forEach(each -> headers.add(each.getKey(), each.getValue()));
    if (size(headers) > peersHeaderLimit()) {
      return newHeaders()
          .status(response.status().codeAsText())
          .set(
              HeaderText.CONTENT_TYPE,
              response.headers().get(HeaderText.CONTENT_TYPE, "application/json"))
          .set(LEFT_OUT, ALL_ENTRIES);
    }
    return headers;
  }

  /** Sends the end of a call with streams, with its result if there is one. */
  private void endEnvelopes(GrpcStream stream, RpcCode code, AsciiString text, ByteBuf in) {
    ByteBuf end =
        HttpExchange.streamEnds(code, HeaderText.percentDecoded(text), in, context().alloc());
    if (code == RpcCode.OK && !stream.sendsItems) {
      boolean json = stream.encoding != Payload.Encoding.PROTOBUF;
      beginIfNeeded(stream);
      sendData(
          stream,
          in.isReadable() ? in : Unpooled.wrappedBuffer(json ? EMPTY_OBJECT : EMPTY),
          false);
    }
    sendEnd(stream, end);
  }

  private void sendEnd(GrpcStream stream, ByteBuf end) {
    try {
      beginIfNeeded(stream);
      stream.answered = true;
      ChannelPromise sent = sendData(stream, end, true);
      connection.receiver().stopReceiving(stream);
      if (!stream.ended) {
        sent.addListener(done -> stopSending(stream));
      }
    } finally {
      end.release();
    }
  }

  /** Tells a caller that waits with its body to send it. */
  void askForBody(GrpcStream stream) {
    sendHeaders(stream, newHeaders().status("100"), false);
  }

  // ---------------------------------------------------------------- headers

  private static Http2Headers headers(GrpcStream stream) {
    if (stream.http != null) {
      Http2Headers headers = newHeaders().status(OK);
      stream.http.streamBegins().forEach(each -> headers.add(each.getKey(), each.getValue()));
      return headers;
    }
    return newHeaders()
        .status(OK)
        .set(HeaderText.CONTENT_TYPE, HeaderText.contentType(stream.encoding))
        .set(HeaderText.ACCEPT_ENCODING, HeaderText.ACCEPTED);
  }

  /** Adds metadata, or, if the peer doesn't take that much, an entry that says so. */
  private void addMetadata(Http2Headers headers, ByteBuf in) {
    long limit = peersHeaderLimit();
    long size = size(headers);
    Http2Headers metadata = readMetadata(in);
    size += size(metadata);
    if (size <= limit) {
      headers.add(metadata);
      return;
    }
    CharSequence text = headers.get(HeaderText.MESSAGE);
    if (text != null && size(headers) > limit / 2) {
      headers.remove(HeaderText.MESSAGE);
      int length =
          Math.clamp(limit / 2 - size(headers) - HeaderText.MESSAGE.length(), 0, text.length());
      int cut = text.toString().indexOf('%', Math.max(0, length - 2));
      headers.set(HeaderText.MESSAGE, text.subSequence(0, cut >= 0 && cut < length ? cut : length));
    }
    if (!metadata.isEmpty()) {
      headers.set(LEFT_OUT, ALL_ENTRIES);
    }
  }

  private void beginIfNeeded(GrpcStream stream) {
    if (!stream.begun) {
      begin(stream, headers(stream));
    }
  }

  private void begin(GrpcStream stream, Http2Headers headers) {
    stream.begun = true;
    sendHeaders(stream, headers, false);
  }

  private void sendTrailers(GrpcStream stream, Http2Headers trailers) {
    stream.answered = true;
    ChannelPromise sent = sendHeaders(stream, trailers, true);
    connection.receiver().stopReceiving(stream);
    if (!stream.ended) {
      sent.addListener(done -> stopSending(stream));
    }
  }

  /** Tells a caller that still sends to stop. */
  private void stopSending(GrpcStream stream) {
    if (stream.http2.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      reset(stream, Http2Error.NO_ERROR);
    }
  }
}
