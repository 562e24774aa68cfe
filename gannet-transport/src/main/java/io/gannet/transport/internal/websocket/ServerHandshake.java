package io.gannet.transport.internal.websocket;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.UPGRADE_REQUIRED;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.WebSocketRefusedException;
import io.gannet.transport.internal.session.FailureLog;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers the one request of a connection: with a WebSocket, or with why not. */
final class ServerHandshake extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final String VERSION = "13";
  private static final String HTML = "text/html; charset=utf-8";

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
  private final Link link;
  private boolean answered;

  /** Set once the request is being accepted. */
  private @Nullable FrameHandler accepted;

  ServerHandshake(
      WebSocketOptions options,
      Set<String> paths,
      int maxMessageSize,
      FailureLog failures,
      Link link) {
    this.options = options;
    this.paths = paths;
    this.maxMessageSize = maxMessageSize;
    this.failures = failures;
    this.link = link;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on when the handshake is done.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (accepted != null && message instanceof ByteBuf bytes) {
      accepted.came(bytes); // the client did not wait for the answer
    } else {
      super.channelRead(context, message);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (answered) {
      return; // nobody may send more before the answer
    }
    answered = true;
    String page = options.page();
    if (page != null && isVisit(request)) {
      show(context, page);
      return;
    }
    try {
      check(request);
      HandshakeRequest handshake =
          HandshakeRequest.of(
              request.uri(),
              request.headers(),
              chooseSubprotocol(request.headers()),
              link.remoteAddress(context.channel()));
      checkPath(handshake.path());
      checkOrigin(request.headers());
      options.guard().check(handshake);
      accept(context, request, handshake);
    } catch (WebSocketRefusedException e) {
      refuse(context, request, HttpResponseStatus.valueOf(e.status()), e);
    } catch (WebSocketServerHandshakeException e) {
      refuse(context, request, BAD_REQUEST, e);
    } catch (Throwable t) {
      failures.warn("the guard of WebSocket handshakes", context.channel(), t);
      refuse(
          context,
          request,
          INTERNAL_SERVER_ERROR,
          new WebSocketRefusedException(INTERNAL_SERVER_ERROR.code(), "the handshake failed here"));
    }
  }

  private static boolean isVisit(FullHttpRequest request) {
    HttpMethod method = request.method();
    return request.decoderResult().isSuccess()
        && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
        && !asksForWebSocket(request.headers());
  }

  private static boolean asksForWebSocket(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  private static void check(FullHttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!request.decoderResult().isSuccess()) {
      throw refusal(BAD_REQUEST, "this is not HTTP as the server understands it");
    }
    if (!asksForWebSocket(headers)) {
      throw refusal(UPGRADE_REQUIRED, "no WebSocket was asked for");
    }
    if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      throw refusal(UPGRADE_REQUIRED, "only version 13 of WebSocket is spoken here");
    }
  }

  private void checkPath(String path) {
    if (!paths.isEmpty() && !paths.contains(path)) {
      throw refusal(NOT_FOUND, "there is no WebSocket at this path");
    }
  }

  private void checkOrigin(HttpHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin == null || options.origins().contains("*")) {
      return;
    }
    boolean allowed =
        options.origins().isEmpty()
            ? sameHost(origin, headers.get(HttpHeaderNames.HOST))
            : options.origins().stream().anyMatch(origin::equalsIgnoreCase);
    if (!allowed) {
      throw refusal(FORBIDDEN, "pages of this origin may not connect");
    }
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      String from = URI.create(origin).getHost();
      return from != null
          && host != null
          && from.equalsIgnoreCase(URI.create("http://" + host).getHost());
    } catch (IllegalArgumentException e) {
      return false;
    }
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
      ChannelHandlerContext context, FullHttpRequest request, HandshakeRequest handshake) {
    FrameHandler frames = new FrameHandler(true, options.text(), options.maxFragments());
    accepted = frames;
    Channel channel = context.channel();
    channel.config().setAutoRead(false); // what comes before there is a session would have to wait
    new Handshaker(frames, handshake.chosen(), maxMessageSize)
        .handshake(context, request, null, channel.newPromise())
        .addListener(done -> {
          if (!done.isSuccess()) {
            context.fireExceptionCaught(done.cause());
            return;
          }
          link.learn(info -> info.withWebSocket(handshake));
          link.framing(frames);
          link.onEnd(frames::farewell);
          channel.pipeline().replace(this, null, frames);
          channel.config().setAutoRead(true);
          channel.pipeline().context(frames).fireChannelActive();
        });
  }

  private static void show(ChannelHandlerContext context, String page) {
    context
        .writeAndFlush(response(OK, HTML, page))
        .addListener(sent -> context.fireUserEventTriggered(Layer.Event.SERVED));
  }

  private static void refuse(
      ChannelHandlerContext context,
      FullHttpRequest request,
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
                    request.method(), PeerText.escape(request.uri()), status, why.getMessage()),
            why);
    context
        .writeAndFlush(response)
        .addListener(sent -> context.fireExceptionCaught(cause)); // which closes the connection
  }

  /** An answer to any request; Netty leaves the text out if the request was HEAD. */
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

  /** Netty's handshake, with our way of handling frames. */
  private static final class Handshaker extends WebSocketServerHandshaker13 {

    private final FrameHandler frames;
    private final int maxMessageSize;

    Handshaker(FrameHandler frames, @Nullable String subprotocol, int maxMessageSize) {
      super(null, subprotocol, WebSocketDecoderConfig.newBuilder().build());
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
