package io.gannet.transport.internal.websocket;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;

import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.ProxyInfo;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Takes the client's address from the request, checks it, and removes itself. */
final class ForwardedReader extends ChannelInboundHandlerAdapter {

  private final ForwardedHeaders.Header header;
  private final AddressCheck proxies;
  private final AddressCheck clients;
  private final ConnectionContext connection;
  private boolean refused;

  ForwardedReader(
      ForwardedHeaders.Header header,
      AddressCheck proxies,
      AddressCheck clients,
      ConnectionContext connection) {
    this.header = header;
    this.proxies = proxies;
    this.clients = clients;
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message); // the rest of the request
    } else if (message instanceof HttpRequest request) {
      received(context, request);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void received(ChannelHandlerContext context, HttpRequest request) {
    HandshakeException refusal = null;
    HttpResponseStatus status = BAD_REQUEST;
    try {
      learn(context, request);
      clients.require(connection.remoteAddress(context.channel()));
    } catch (HandshakeException e) {
      status = FORBIDDEN;
      refusal = e;
    } catch (RuntimeException e) {
      refusal =
          new HandshakeException(
              false, "the address of the client can't be determined: " + e.getMessage(), e);
    }
    if (refusal == null) {
      context.fireChannelRead(request);
      context.pipeline().remove(this);
    } else {
      refused = true;
      ReferenceCountUtil.release(request);
      refuse(context, status, refusal);
    }
  }

  private void learn(ChannelHandlerContext context, HttpRequest request) {
    SocketAddress proxy = connection.remoteAddress(context.channel());
    if (!proxies.accepts(proxy)) {
      return;
    }
    InetSocketAddress client = ForwardedClient.of(request.headers(), header, proxies);
    if (client != null) {
      connection.remoteAddress(client);
      connection.learn(info -> info.withProxy(new ProxyInfo(proxy, null)));
    }
  }

  private static void refuse(
      ChannelHandlerContext context, HttpResponseStatus status, HandshakeException why) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, 0)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(sent -> context.fireExceptionCaught(why));
  }
}
