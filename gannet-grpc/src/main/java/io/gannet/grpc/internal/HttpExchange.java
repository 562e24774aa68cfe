package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response, as HTTP/1.1 and HTTP/2 have in common: which call it is, and what the
 * caller is told. Used on the connection's loop only.
 */
final class HttpExchange {

  /** The flag of the last message of a stream. */
  private static final int END_OF_STREAM = 2;

  private final WireProvider.Endpoint server;
  private final HttpRequest request;
  private final long begin = System.nanoTime();

  /** The metadata of the reply that came before the result. */
  private final HttpHeaders replied = new DefaultHttpHeaders();

  /** The header that lets a page of another origin read the response; null for none. */
  private @Nullable String allowedOrigin;

  private @Nullable HttpCall call;
  private OfferedMethods.@Nullable Method method;

  /** Why the request isn't a call; null if it is one. */
  private @Nullable HttpRefusedException refusal;

  /**
   * Why the method can't be called like this; null if it can. Interceptors decide first what the
   * caller learns.
   */
  private @Nullable HttpRefusedException mismatch;

  private HttpExchange(WireProvider.Endpoint server, HttpRequest request) {
    this.server = server;
    this.request = request;
  }

  /**
   * Begins with the head of a request.
   *
   * @param server the server
   * @param request the head
   * @param encrypted whether the connection has TLS
   * @param streams whether streams can be sent
   */
  static HttpExchange of(
      WireProvider.Endpoint server, HttpRequest request, boolean encrypted, boolean streams) {
    HttpExchange exchange = new HttpExchange(server, request);
    exchange.begin(encrypted, streams);
    return exchange;
  }

  private void begin(boolean encrypted, boolean streams) {
    try {
      allowedOrigin = new HttpAccess(server.origins(), server.hosts()).check(request, encrypted);
      if (request.method().equals(HttpMethod.OPTIONS)) {
        refusal = new HttpRefusedException(204, RpcCode.OK, "");
        return;
      }
      HttpCall asked = HttpCall.of(request);
      call = asked;
      method = server.methods().find(asked.path(), asked.encoding());
    } catch (HttpRefusedException e) {
      refusal = e;
      return;
    }
    try {
      HttpRequests.check(Objects.requireNonNull(call), method, streams);
    } catch (HttpRefusedException e) {
      mismatch = e;
    }
  }

  /** Refuses the call, once interceptors have passed it. */
  void reject(HttpRefusedException why) {
    if (mismatch == null) {
      mismatch = why;
    }
  }

  HttpRequest request() {
    return request;
  }

  /** {@return why the request isn't a call, or null if it is one} */
  @Nullable HttpRefusedException refusal() {
    return refusal;
  }

  /** {@return whether the body is needed} */
  boolean needsBody() {
    return refusal == null
        && mismatch == null
        && method != null
        && Objects.requireNonNull(call).message() == null;
  }

  /** {@return the method if the call has streams; otherwise null} */
  OfferedMethods.@Nullable Method streaming() {
    boolean streams = refusal == null && mismatch == null && method != null;
    return streams && Objects.requireNonNull(call).streams() ? method : null;
  }

  /** {@return whether received messages may be compressed} */
  boolean gzip() {
    return Objects.requireNonNull(call).gzip();
  }

  /** {@return the encoding of the values; the method must exist} */
  Payload.Encoding encoding() {
    return HttpRequests.encoding(Objects.requireNonNull(call), Objects.requireNonNull(method));
  }

  // ---------------------------------------------------------------- for the session

  /**
   * {@return the {@link Message} for the session}
   *
   * @param id the id of the call
   * @param body the body, which isn't released; null if there is none
   * @param allocator for the message
   * @throws HttpRefusedException if the call can't be made
   */
  ByteBuf message(int id, @Nullable ByteBuf body, ByteBufAllocator allocator)
      throws HttpRefusedException {
    HttpCall asked = Objects.requireNonNull(call);
    long timeout = asked.timeoutMillis();
    if (timeout > 0) {
      timeout -= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (timeout <= 0) {
        throw refused(RpcCode.DEADLINE_EXCEEDED, "the request took longer than its timeout");
      }
    }
    HttpRefusedException why = mismatch;
    ByteBuf message = allocator.buffer();
    message.writeByte(why == null ? Message.REQUEST : Message.MALFORMED).writeInt(id);
    if (why != null) {
      byte[] text = why.text().getBytes(UTF_8);
      message.writeByte(why.code.number()).writeShort(text.length).writeBytes(text);
    }
    message.writeByte(flags(asked));
    message.writeByte((method == null ? Payload.Encoding.NONE : encoding()).number());
    message.writeLong(timeout);
    byte[] name = asked.path().getBytes(UTF_8);
    message.writeShort(name.length).writeBytes(name);
    String excess = MetadataHeaders.write(HttpRequests.metadata(request), server.limits(), message);
    if (excess != null) {
      message.release();
      throw refused(RpcCode.RESOURCE_EXHAUSTED, excess);
    }
    if (why == null && method != null && !asked.streams()) {
      writeArgument(asked, body, message);
    }
    return message;
  }

  private int flags(HttpCall asked) {
    OfferedMethods.Method streaming = streaming();
    return streaming == null
        ? (asked.gzip() && !asked.streams() ? Message.COMPRESSED : 0)
        : (streaming.streams().hasArguments() ? Message.ARGUMENT_STREAM : 0)
            | (streaming.streams().hasResults() ? Message.RESULT_STREAM : 0);
  }

  private void writeArgument(HttpCall asked, @Nullable ByteBuf body, ByteBuf message) {
    ByteBuf argument = asked.message() == null ? body : asked.message();
    if (argument == null || (takesNothing() && (asked.gzip() || isEmptyObject(argument)))) {
      message.setByte(Message.FLAGS_AT, 0);
    } else {
      message.writeBytes(argument, argument.readerIndex(), argument.readableBytes());
    }
  }

  private boolean takesNothing() {
    return method != null && method.parameters() == 0;
  }

  /** {@return whether an argument is what Connect's clients send to methods without parameters} */
  private static boolean isEmptyObject(ByteBuf json) {
    return json.readableBytes() == 2 && json.toString(UTF_8).equals("{}");
  }

  private static HttpRefusedException refused(RpcCode code, String text) {
    return new HttpRefusedException(HttpResponses.statusOf(code), code, text);
  }

  // ---------------------------------------------------------------- responses

  /** Reads a {@link Message#REPLY_BEGINS}. */
  void replyBegins(ByteBuf message) {
    HttpResponses.readMetadata(message, "", replied);
  }

  /** {@return the response of a {@link Message#RESPONSE}} */
  FullHttpResponse respond(ByteBuf message, ByteBufAllocator allocator) {
    RpcCode code = RpcCode.of(message.readUnsignedByte());
    String text =
        HeaderText.percentDecoded(message.readCharSequence(message.readUnsignedShort(), UTF_8));
    CharSequence details =
        HttpResponses.readMetadata(message, code == RpcCode.OK ? "trailer-" : "", replied);
    FullHttpResponse response;
    if (code == RpcCode.OK) {
      Payload.Encoding encoding = Objects.requireNonNull(call).encoding();
      ByteBuf result =
          message.isReadable()
              ? allocator.buffer().writeBytes(message.skipBytes(Message.PREFIX))
              : Unpooled.copiedBuffer(encoding == Payload.Encoding.JSON ? "{}" : "", UTF_8);
      response = HttpResponses.of(200, HttpCall.contentType(encoding), result);
    } else {
      response = HttpResponses.failure(statusOf(code, text), code, text, details);
    }
    response.headers().add(replied);
    return finished(response);
  }

  private int statusOf(RpcCode code, String text) {
    HttpRefusedException why = mismatch;
    if (why != null && code == why.code && text.equals(why.text())) {
      return why.status;
    }
    boolean isMissing = method == null && code == RpcCode.UNIMPLEMENTED;
    return isMissing ? HttpCall.NOT_FOUND : HttpResponses.statusOf(code);
  }

  /** {@return the headers of a response with streams, whose status is 200} */
  HttpHeaders streamBegins() {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers
        .set(
            HttpHeaderNames.CONTENT_TYPE,
            HttpCall.streamType(Objects.requireNonNull(call).encoding()))
        .set("connect-accept-encoding", "gzip")
        .set("x-content-type-options", "nosniff");
    HttpResponses.setOrigin(headers, !server.origins().isEmpty(), allowedOrigin);
    return headers.add(replied);
  }

  /**
   * {@return the last message of a response with streams}
   *
   * @param metadata the metadata of the reply as in a {@link Message}; null if there is none
   */
  static ByteBuf streamEnds(
      RpcCode code, String text, @Nullable ByteBuf metadata, ByteBufAllocator allocator) {
    HttpHeaders trailers = new DefaultHttpHeaders();
    CharSequence details =
        metadata == null ? null : HttpResponses.readMetadata(metadata, "", trailers);
    String json = HttpResponses.endOfStream(code, text, details, trailers);
    ByteBuf message = allocator.buffer().writeByte(END_OF_STREAM).writeInt(0);
    int length = message.writeCharSequence(json, UTF_8);
    return message.setInt(1, length);
  }

  /** {@return the response to what isn't a call} */
  FullHttpResponse refuse(HttpRefusedException why) {
    return finished(
        why.status == 204
            ? HttpResponses.preflight(allowedOrigin != null)
            : HttpResponses.failure(why.status, why.code, why.text(), null));
  }

  private FullHttpResponse finished(FullHttpResponse response) {
    int status = response.status().code();
    if (status == HttpCall.METHOD_NOT_ALLOWED) {
      response.headers().set(HttpHeaderNames.ALLOW, "POST");
    } else if (status == HttpCall.UNSUPPORTED_MEDIA_TYPE) {
      response.headers().set("accept-post", HttpCall.CONTENT_TYPES);
    }
    HttpResponses.setOrigin(response.headers(), !server.origins().isEmpty(), allowedOrigin);
    return response;
  }
}
