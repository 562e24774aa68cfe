package io.gannet.transport.internal.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.WebSocketRefusedException;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Requests a WebSocket from a server. */
final class ClientHandshake extends ChannelInboundHandlerAdapter {

  /** The maximum number of bytes read from the body of a refusal. */
  private static final int MAX_BODY = 1024;

  /** A value for no origin. */
  private static final String NO_ORIGIN = "none";

  private final URI uri;
  private final WebSocketOptions options;
  private final int maxMessageSize;
  private final ConnectionContext connection;
  private @Nullable Handshaker handshaker;

  /** The response, once its head has arrived. */
  private @Nullable HttpResponse answer;

  private final StringBuilder body = new StringBuilder();
  private boolean ended;

  ClientHandshake(
      URI uri, WebSocketOptions options, int maxMessageSize, ConnectionContext connection) {
    this.uri = uri;
    this.options = options;
    this.maxMessageSize = maxMessageSize;
    this.connection = connection;
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
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!ended && message instanceof HttpObject part) {
        received(context, part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      failed(context, part.decoderResult().cause());
      return;
    }
    if (part instanceof HttpResponse head) {
      answer = isInterim(head.status()) ? null : head;
    }
    HttpResponse response = answer;
    if (response == null || !(part instanceof HttpContent content)) {
      return;
    }
    ByteBuf bytes = content.content();
    int wanted = Math.min(bytes.readableBytes(), MAX_BODY - body.length());
    body.append(bytes.toString(bytes.readerIndex(), wanted, UTF_8));
    if (body.length() >= MAX_BODY || part instanceof LastHttpContent) {
      ended = true;
      answered(context, response);
    }
  }

  /**
   * Doesn't wait for a response body that ends with the connection, because the server may keep the
   * connection open.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    HttpResponse response = answer;
    if (!ended
        && response != null
        && !HttpUtil.isContentLengthSet(response)
        && !HttpUtil.isTransferEncodingChunked(response)) {
      ended = true;
      answered(context, response);
    }
    context.fireChannelReadComplete();
  }

  /**
   * {@return whether it is an interim response, of which any number may precede the final one: RFC
   * 9110, section 15.2}
   */
  private static boolean isInterim(HttpResponseStatus status) {
    return status.codeClass() == HttpStatusClass.INFORMATIONAL
        && !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
  }

  private void failed(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof PrematureChannelClosureException) {
      return; // the end of the connection reports it
    }
    ended = true;
    String what =
        switch (cause) {
          case TooLongHttpLineException line ->
              "answered with a status line of more than %,d bytes"
                  .formatted(ClientLayer.MAX_STATUS_LINE);
          case TooLongHttpHeaderException headers ->
              "answered with headers of more than %,d bytes".formatted(ClientLayer.MAX_HEADERS);
          default ->
              "answered with malformed HTTP: "
                  + PeerText.escape(String.valueOf(cause.getMessage()));
        };
    context.fireExceptionCaught(new HandshakeException(false, uri + " " + what, cause));
  }

  private void answered(ChannelHandlerContext context, HttpResponse response) {
    Handshaker asked = Objects.requireNonNull(handshaker);
    PerMessageDeflate deflate;
    try {
      deflate = finish(context, asked, response);
    } catch (WebSocketHandshakeException
        | Extension.MalformedException
        | IllegalArgumentException e) {
      context.fireExceptionCaught(failure(response, e));
      return;
    }
    FrameHandler frames = asked.frames;
    HandshakeRequest handshake =
        HandshakeRequest.of(
            RequestTarget.parse(asked.path),
            asked.sent,
            asked.actualSubprotocol(),
            connection.remoteAddress(context.channel()));
    connection.learn(info -> info.withWebSocket(handshake));
    connection.framing(frames);
    connection.onEnd(frames::farewell);
    context.pipeline().replace(this, null, frames);
    if (deflate != null) {
      frames.compress(deflate.clientNoContextTakeover(), deflate.serverNoContextTakeover());
    }
    context.pipeline().context(frames).fireChannelActive();
  }

  private @Nullable PerMessageDeflate finish(
      ChannelHandlerContext context, Handshaker asked, HttpResponse response)
      throws Extension.MalformedException {
    List<Extension> chosen =
        Extension.parse(response.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
    if (!options.compression() && !chosen.isEmpty()) {
      throw new IllegalArgumentException("the server uses an extension that was not offered");
    }
    PerMessageDeflate deflate = PerMessageDeflate.chosen(chosen);
    asked.finishHandshake(
        context.channel(),
        new DefaultFullHttpResponse(
            response.protocolVersion(),
            response.status(),
            Unpooled.EMPTY_BUFFER,
            response.headers(),
            EmptyHttpHeaders.INSTANCE));
    return deflate;
  }

  private HandshakeException failure(HttpResponse response, Exception e) {
    HttpResponseStatus status = response.status();
    if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      return new HandshakeException(
          false,
          "%s sent an invalid answer to the WebSocket handshake: %s"
              .formatted(uri, PeerText.escape(String.valueOf(e.getMessage()))),
          e);
    }
    String message =
        "%s refused the WebSocket: %s: %s"
            .formatted(
                uri, PeerText.escape(status.toString()), PeerText.escape(body.toString().strip()));
    return new HandshakeException(
        false,
        message,
        status.code() >= 300 && status.code() <= 599
            ? new WebSocketRefusedException(status.code(), message)
            : e);
  }

  /**
   * Sets headers that Netty would compute from {@code URI.getHost}, which is null for some hosts.
   */
  private static HttpHeaders headers(WebSocketOptions options, URI uri) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.HOST, Objects.requireNonNull(UriAuthority.of(uri)).text());
    headers.set(HttpHeaderNames.ORIGIN, NO_ORIGIN);
    options.headers().forEach(headers::set);
    return headers;
  }

  /** Netty's handshake with Gannet's frame handlers. */
  private final class Handshaker extends WebSocketClientHandshaker13 {

    private final FrameHandler frames = new FrameHandler(false, options);

    private String path = "/";
    private HttpHeaders sent = EmptyHttpHeaders.INSTANCE;

    Handshaker() {
      super(
          uri,
          WebSocketVersion.V13,
          options.subprotocols().isEmpty() ? null : String.join(",", options.subprotocols()),
          true,
          headers(options, uri),
          maxMessageSize,
          true,
          false);
    }

    @Override
    protected FullHttpRequest newHandshakeRequest() {
      FullHttpRequest request = super.newHandshakeRequest();
      if (customHeaders.contains(HttpHeaderNames.ORIGIN, NO_ORIGIN, false)) {
        request.headers().remove(HttpHeaderNames.ORIGIN); // only web pages have an origin
      }
      if (options.compression()) {
        request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, PerMessageDeflate.OFFER);
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
