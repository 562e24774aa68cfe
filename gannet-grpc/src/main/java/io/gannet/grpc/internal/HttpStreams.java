package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireProvider;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Receives calls of {@link RpcWire#HTTP} over HTTP/2, beside those of gRPC. Used on the
 * connection's loop only.
 */
final class HttpStreams {

  private static final int CONTENT_TOO_LARGE = 413;

  private final WireProvider.Endpoint server;
  private final boolean encrypted;
  private final GrpcConnection connection;
  private final Requests requests;
  private final Responses responses;

  HttpStreams(
      WireProvider.Endpoint server,
      boolean encrypted,
      GrpcConnection connection,
      Requests requests,
      Responses responses) {
    this.server = server;
    this.encrypted = encrypted;
    this.connection = connection;
    this.requests = requests;
    this.responses = responses;
  }

  /**
   * {@return whether a request isn't for gRPC}
   *
   * @param encoding the encoding of its content type, or null if it isn't one of gRPC
   */
  boolean takes(Payload.@Nullable Encoding encoding) {
    return server.wires().contains(RpcWire.HTTP)
        && (encoding == null || !server.wires().contains(RpcWire.GRPC));
  }

  /** Begins with the headers of a request. */
  void begin(GrpcStream stream, Http2Headers headers) {
    HttpRequest request = request(headers);
    if (request == null) {
      responses.answer(
          stream,
          HttpResponses.failure(
              HttpCall.BAD_REQUEST, RpcCode.INTERNAL, "the headers contradict each other", null));
      return;
    }
    HttpExchange exchange = HttpExchange.of(server, request, encrypted, true);
    stream.http = exchange;
    HttpRefusedException refusal = exchange.refusal();
    if (refusal != null) {
      responses.answer(stream, exchange.refuse(refusal));
    } else if (exchange.streaming() != null) {
      beginStreams(stream, exchange, exchange.streaming());
    } else if (!exchange.needsBody()) {
      complete(stream);
      requests.stopReceiving(stream);
    } else {
      if (HttpUtil.is100ContinueExpected(request)) {
        responses.askForBody(stream);
      }
      requests.collect(stream);
      stream.message = connection.newBuffer();
      requests.beginBody(stream, HttpUtil.getContentLength(request, -1L));
      if (stream.ended) {
        requests.ended(stream);
      }
    }
  }

  /** Begins a call with streams, whose messages are those of gRPC. */
  private void beginStreams(
      GrpcStream stream, HttpExchange exchange, OfferedMethods.Method method) {
    stream.encoding = exchange.encoding();
    stream.gzip = exchange.gzip();
    stream.receivesItems = method.streams().hasArguments();
    stream.sendsItems = method.streams().hasResults();
    stream.enveloped = true;
    try {
      ByteBuf message = exchange.message(stream.id(), null, connection.context().alloc());
      stream.message = message;
      stream.headSize = message.writerIndex();
      requests.beginMessages(stream);
    } catch (HttpRefusedException e) {
      requests.fail(stream, e.code, e.text());
    }
  }

  /** Returns the head as HTTP/1.1 has it, or null if it contradicts itself. */
  private static @Nullable HttpRequest request(Http2Headers headers) {
    HttpHeaders all = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      if (header.getKey().charAt(0) != ':') {
        all.add(header.getKey(), header.getValue());
      }
    }
    CharSequence authority = headers.authority();
    if (authority != null) {
      if (all.contains(HttpHeaderNames.HOST)
          && !all.containsValue(HttpHeaderNames.HOST, authority, true)) {
        return null;
      }
      all.set(HttpHeaderNames.HOST, authority);
    }
    if (all.getAll(HttpHeaderNames.HOST).size() > 1
        || all.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
      return null;
    }
    try {
      return new DefaultHttpRequest(
          HttpVersion.HTTP_1_1,
          HttpMethod.valueOf(String.valueOf(headers.method())),
          String.valueOf(headers.path()),
          all);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Passes a call on whose body is complete. */
  void complete(GrpcStream stream) {
    HttpExchange exchange = Objects.requireNonNull(stream.http);
    ByteBuf body = stream.message;
    stream.message = null;
    try {
      stream.message = exchange.message(stream.id(), body, connection.context().alloc());
      requests.announce(stream);
      stream.ignored = true;
    } catch (HttpRefusedException e) {
      responses.answer(stream, exchange.refuse(e));
    } finally {
      if (body != null) {
        body.release();
      }
    }
  }

  /** Fails a call. Interceptors decide first what its caller learns. */
  void fail(GrpcStream stream, RpcCode code, String text) {
    HttpExchange exchange = Objects.requireNonNull(stream.http);
    HttpRefusedException why =
        new HttpRefusedException(
            code == RpcCode.RESOURCE_EXHAUSTED ? CONTENT_TOO_LARGE : HttpResponses.statusOf(code),
            code,
            text);
    if (stream.announced) {
      responses.answer(stream, exchange.refuse(why));
      connection.emit(connection.message(Message.CANCEL, stream.id()));
    } else {
      exchange.reject(why);
      stream.release();
      complete(stream);
      requests.stopReceiving(stream);
    }
  }
}
