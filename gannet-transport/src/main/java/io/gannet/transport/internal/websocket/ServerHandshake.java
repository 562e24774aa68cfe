package io.gannet.transport.internal.websocket;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.netty.handler.codec.http.HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.UPGRADE_REQUIRED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.WebSocketRefusedException;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers the single request of a connection, with a WebSocket or with an error. */
final class ServerHandshake extends ChannelInboundHandlerAdapter {

  /**
   * The maximum size of a body, in bytes. The answer is sent after the body, which is discarded.
   */
  private static final int MAX_BODY = 64 * 1024;

  private static final String VERSION = "13";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");
  private static final String HTML = "text/html; charset=utf-8";

  /** A placeholder for a request that Netty couldn't decode. */
  private static final HttpRequest UNREADABLE =
      new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");

  private static final String HINT =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>WebSocket</title></head><body>
      <h1>This address speaks WebSocket</h1>
      <p>A page connects to it with <code>new WebSocket(url)</code>, where <code>url</code> is this \
      page's address with <code>ws:</code> for <code>http:</code>, or <code>wss:</code> for \
      <code>https:</code>.</p>
      </body></html>
      """;

  private final WebSocketOptions options;
  private final Set<String> paths;
  private final int maxMessageSize;
  private final FailureLog failures;
  private final ConnectionContext connection;
  private @Nullable HttpRequest request;
  private long bodyBytes;
  private boolean answered;

  /** Set when the request is being accepted. */
  private @Nullable FrameHandler accepted;

  ServerHandshake(
      WebSocketOptions options,
      Set<String> paths,
      int maxMessageSize,
      FailureLog failures,
      ConnectionContext connection) {
    this.options = options;
    this.paths = paths;
    this.maxMessageSize = maxMessageSize;
    this.failures = failures;
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on after the handshake.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (accepted != null && message instanceof ByteBuf bytes) {
      accepted.came(bytes); // the client sent data before the answer
      return;
    }
    try {
      if (!answered) {
        received(context, message);
      } // otherwise no data may arrive before the answer
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest head) {
      request = head;
    }
    HttpRequest asked = request;
    if (asked == null || !(message instanceof HttpObject part)) {
      return;
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
    }
    boolean failed = part.decoderResult().isFailure();
    if (failed || bodyBytes > MAX_BODY || message instanceof LastHttpContent) {
      answered = true;
      answer(context, asked, failed);
    }
  }

  private void answer(ChannelHandlerContext context, HttpRequest asked, boolean failed) {
    try {
      if (failed) {
        throw refusal(BAD_REQUEST, "the request is not valid HTTP");
      }
      checkHttp(asked);
      String page = options.page();
      if (page != null && isVisit(asked)) {
        show(context, page);
        return;
      }
      checkRequest(asked);
      RequestTarget target = target(asked);
      HandshakeRequest handshake =
          HandshakeRequest.of(
              target,
              asked.headers(),
              chooseSubprotocol(asked.headers()),
              connection.remoteAddress(context.channel()));
      checkPath(handshake.path());
      checkOrigin(asked.headers(), target);
      PerMessageDeflate deflate = negotiate(asked.headers());
      options.guard().check(handshake);
      accept(context, handshake, deflate);
    } catch (WebSocketRefusedException e) {
      refuse(context, asked, HttpResponseStatus.valueOf(e.status()), e);
    } catch (Throwable t) {
      failures.warn("the onHandshake function", context.channel(), t);
      refuse(
          context,
          asked,
          INTERNAL_SERVER_ERROR,
          new WebSocketRefusedException(
              INTERNAL_SERVER_ERROR.code(), "the handshake failed on the server"));
    }
  }

  /** Also answers requests for which Netty's decoder throws an exception. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (answered || !(cause instanceof CodecException)) {
      context.fireExceptionCaught(cause);
      return;
    }
    answered = true;
    refuse(
        context,
        request == null ? UNREADABLE : request,
        BAD_REQUEST,
        refusal(BAD_REQUEST, "the request is not valid HTTP"));
  }

  private static boolean isVisit(HttpRequest request) {
    HttpMethod method = request.method();
    return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
        && !asksForWebSocket(request.headers());
  }

  private static boolean asksForWebSocket(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  /** Checks the requirements for every request (RFC 9112, sections 2.3 and 3.2). */
  private static void checkHttp(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      throw refusal(HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.1 is supported");
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    boolean missing = hosts.isEmpty() && version.minorVersion() > 0;
    if (missing || hosts.size() > 1) {
      throw refusal(BAD_REQUEST, "the request must have exactly one Host header");
    }
    if (!hosts.isEmpty()
        && !hosts.getFirst().isEmpty()
        && Authority.parse(hosts.getFirst()) == null) {
      throw refusal(BAD_REQUEST, "the Host header is not a host with an optional port");
    }
  }

  /** Checks the requirements for a WebSocket request (RFC 6455, section 4.2.1). */
  private void checkRequest(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!asksForWebSocket(headers)) {
      throw refusal(UPGRADE_REQUIRED, "the request is not for a WebSocket");
    }
    if (request.protocolVersion().minorVersion() == 0) {
      throw refusal(HTTP_VERSION_NOT_SUPPORTED, "a WebSocket needs HTTP/1.1");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      throw refusal(BAD_REQUEST, "a request for a WebSocket must use the method GET");
    }
    List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (versions.size() > 1 || (!versions.isEmpty() && versions.getFirst().contains(","))) {
      throw refusal(BAD_REQUEST, "the request must have exactly one WebSocket version");
    }
    if (!versions.contains(VERSION)) {
      throw refusal(UPGRADE_REQUIRED, "only version 13 of WebSocket is supported");
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !KEY.matcher(keys.getFirst()).matches()) {
      throw refusal(
          BAD_REQUEST,
          "the request must have exactly one Sec-WebSocket-Key header with 16 bytes"
              + " in Base64");
    }
    if (bodyBytes > 0
        || headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) { // a body would be read as frames
      throw refusal(BAD_REQUEST, "a request for a WebSocket must not have a body");
    }
  }

  private static RequestTarget target(HttpRequest request) {
    try {
      return RequestTarget.parse(request.uri());
    } catch (IllegalArgumentException e) {
      throw refusal(BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable PerMessageDeflate negotiate(HttpHeaders headers) {
    if (!options.compression()) {
      return null;
    }
    try {
      return PerMessageDeflate.choose(
          Extension.parse(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)));
    } catch (Extension.MalformedException e) {
      throw refusal(BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private void checkPath(String path) {
    if (!paths.isEmpty() && !paths.contains(path)) {
      throw refusal(NOT_FOUND, "there is no WebSocket at this path");
    }
  }

  private void checkOrigin(HttpHeaders headers, RequestTarget target) {
    List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
    if (origins.isEmpty() || options.origins().contains("*")) {
      return;
    }
    String origin = origins.getFirst();
    boolean allowed =
        options.origins().isEmpty()
            ? isSameHost(origin, headers, target)
            : options.origins().stream().anyMatch(one -> Origin.same(one, origin));
    if (!allowed || origins.size() > 1) {
      throw refusal(FORBIDDEN, "pages of this origin must not connect");
    }
  }

  private static boolean isSameHost(String origin, HttpHeaders headers, RequestTarget target) {
    Origin from = Origin.parse(origin);
    Authority here =
        target.authority() != null
            ? target.authority()
            : Authority.parse(headers.get(HttpHeaderNames.HOST, ""));
    return from != null && here != null && from.authority().host().equals(here.host());
  }

  private @Nullable String chooseSubprotocol(HttpHeaders headers) {
    for (String offers : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      for (String offer : offers.split(",", -1)) {
        if (options.subprotocols().contains(offer.trim())) {
          return offer.trim();
        }
      }
    }
    return null;
  }

  private static WebSocketRefusedException refusal(HttpResponseStatus status, String reason) {
    return new WebSocketRefusedException(status.code(), reason);
  }

  private void accept(
      ChannelHandlerContext context,
      HandshakeRequest handshake,
      @Nullable PerMessageDeflate deflate) {
    FrameHandler frames = new FrameHandler(true, options);
    accepted = frames;
    Channel channel = context.channel();
    channel.config().setAutoRead(false); // before the session exists, data can't be delivered
    new Handshaker(frames, maxMessageSize)
        .handshake(channel, checked(handshake), answer(handshake, deflate), channel.newPromise())
        .addListener(done -> {
          if (!done.isSuccess()) {
            context.fireExceptionCaught(done.cause());
            return;
          }
          connection.learn(info -> info.withWebSocket(handshake));
          connection.framing(frames);
          connection.onEnd(frames::farewell);
          channel.pipeline().replace(this, null, frames);
          if (deflate != null) {
            frames.compress(deflate.serverNoContextTakeover(), deflate.clientNoContextTakeover());
          }
          channel.config().setAutoRead(true);
          channel.pipeline().context(frames).fireChannelActive();
        });
  }

  /** The request for Netty's handshake, which parses some headers itself. */
  private static FullHttpRequest checked(HandshakeRequest handshake) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER);
    request
        .headers()
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(
            HttpHeaderNames.SEC_WEBSOCKET_KEY,
            handshake.sent().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    return request;
  }

  private static HttpHeaders answer(
      HandshakeRequest handshake, @Nullable PerMessageDeflate deflate) {
    HttpHeaders headers = new DefaultHttpHeaders();
    if (handshake.chosen() != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, handshake.chosen());
    }
    if (deflate != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, deflate.answer());
    }
    return headers;
  }

  private static void show(ChannelHandlerContext context, String page) {
    context
        .writeAndFlush(response(OK, HTML, page))
        .addListener(sent -> context.fireUserEventTriggered(Layer.Event.SERVED));
  }

  private static void refuse(
      ChannelHandlerContext context,
      HttpRequest request,
      HttpResponseStatus status,
      Throwable why) {
    FullHttpResponse response;
    if (status.equals(UPGRADE_REQUIRED)) {
      response = response(status, HTML, HINT);
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    } else {
      response = response(status, "text/plain; charset=utf-8", why.getMessage() + "\n");
    }
    HandshakeException cause =
        new HandshakeException(
            false,
            "answered %s %s with %s: %s"
                .formatted(
                    PeerText.escape(request.method().name()),
                    PeerText.escape(request.uri()),
                    status,
                    why.getMessage()),
            why);
    context
        .writeAndFlush(response)
        .addListener(sent -> context.fireExceptionCaught(cause)); // closes the connection
  }

  /** A response to any request; Netty omits the text if the request was HEAD. */
  private static FullHttpResponse response(HttpResponseStatus status, String type, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text, UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }

  /** Netty's handshake with Gannet's frame handlers. */
  private static final class Handshaker extends WebSocketServerHandshaker13 {

    private final FrameHandler frames;
    private final int maxMessageSize;

    Handshaker(FrameHandler frames, int maxMessageSize) {
      super(null, null, WebSocketDecoderConfig.newBuilder().build());
      this.frames = frames;
      this.maxMessageSize = maxMessageSize;
    }

    @Override
    protected WebSocketFrameDecoder newWebsocketDecoder() {
      return new FrameDecoder(frames, true, maxMessageSize);
    }

    @Override
    protected WebSocketFrameEncoder newWebSocketEncoder() {
      return new FrameEncoder(false);
    }
  }
}
