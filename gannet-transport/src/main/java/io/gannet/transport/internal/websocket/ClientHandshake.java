package io.gannet.transport.internal.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.WebSocketRefusedException;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Link;
import io.gannet.transport.internal.text.PeerText;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a server for a WebSocket. */
final class ClientHandshake extends SimpleChannelInboundHandler<FullHttpResponse> {

  private final URI uri;
  private final WebSocketOptions options;
  private final int maxMessageSize;
  private final Link link;
  private @Nullable Handshaker handshaker;

  ClientHandshake(URI uri, WebSocketOptions options, int maxMessageSize, Link link) {
    this.uri = uri;
    this.options = options;
    this.maxMessageSize = maxMessageSize;
    this.link = link;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Handshaker asks = new Handshaker();
    handshaker = asks;
    asks.handshake(context.channel())
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            context.fireExceptionCaught(sent.cause());
          }
        });
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
    Handshaker asked = Objects.requireNonNull(handshaker);
    if (asked.isHandshakeComplete()) {
      return;
    }
    try {
      if (!options.compression()
          && response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
        throw new WebSocketHandshakeException("the server uses an extension that was not offered");
      }
      asked.finishHandshake(context.channel(), response);
    } catch (WebSocketHandshakeException e) {
      context.fireExceptionCaught(failure(response, e));
      return;
    }
    FrameHandler frames = asked.frames;
    HandshakeRequest handshake =
        HandshakeRequest.of(
            asked.path,
            asked.sent,
            asked.actualSubprotocol(),
            link.remoteAddress(context.channel()));
    link.learn(info -> info.withWebSocket(handshake));
    link.framing(frames);
    link.onEnd(frames::farewell);
    context.pipeline().replace(this, null, frames);
    context.pipeline().context(frames).fireChannelActive();
  }

  private HandshakeException failure(FullHttpResponse response, WebSocketHandshakeException e) {
    HttpResponseStatus status = response.status();
    if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      return new HandshakeException(
          false, "%s answered no proper handshake: %s".formatted(uri, e.getMessage()), e);
    }
    String body = PeerText.escape(response.content().toString(UTF_8).strip());
    String message = "%s refused a WebSocket: %s: %s".formatted(uri, status, body);
    return new HandshakeException(
        false,
        message,
        status.code() >= 300 && status.code() <= 599
            ? new WebSocketRefusedException(status.code(), message)
            : e);
  }

  private static HttpHeaders headers(WebSocketOptions options) {
    HttpHeaders headers = new DefaultHttpHeaders();
    options.headers().forEach(headers::set);
    return headers;
  }

  /** Netty's handshake, with our way of handling frames. */
  private final class Handshaker extends WebSocketClientHandshaker13 {

    private final FrameHandler frames =
        new FrameHandler(false, options.text(), options.maxFragments());

    private String path = "/";
    private HttpHeaders sent = EmptyHttpHeaders.INSTANCE;

    Handshaker() {
      super(
          uri,
          WebSocketVersion.V13,
          options.subprotocols().isEmpty() ? null : String.join(",", options.subprotocols()),
          true,
          headers(options),
          maxMessageSize,
          true,
          false);
    }

    @Override
    protected FullHttpRequest newHandshakeRequest() {
      FullHttpRequest request = super.newHandshakeRequest();
      if (!customHeaders.contains(HttpHeaderNames.ORIGIN)) {
        request.headers().remove(HttpHeaderNames.ORIGIN); // only pages have one
      }
      path = request.uri();
      sent = request.headers();
      return request;
    }

    @Override
    protected WebSocketFrameDecoder newWebsocketDecoder() {
      return new FrameDecoder(frames, false, maxMessageSize);
    }

    @Override
    protected WebSocketFrameEncoder newWebSocketEncoder() {
      return new FrameEncoder(true);
    }
  }
}
