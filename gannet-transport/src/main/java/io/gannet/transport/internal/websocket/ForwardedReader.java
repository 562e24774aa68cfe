package io.gannet.transport.internal.websocket;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;

import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.IpFilter;
import io.gannet.transport.ProxyInfo;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Link;
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
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** Takes the client's address from the request, judges it, and goes away. */
final class ForwardedReader extends ChannelInboundHandlerAdapter {

  private final ForwardedHeaders settings;
  private final IpFilter filter;
  private final Link link;
  private boolean refused;

  ForwardedReader(ForwardedHeaders settings, IpFilter filter, Link link) {
    this.settings = settings;
    this.filter = filter;
    this.link = link;
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
      if (link.remoteAddress(context.channel()) instanceof InetSocketAddress client
          && !filter.accepts(client)) {
        status = FORBIDDEN;
        refusal = HandshakeException.denied(client);
      }
    } catch (RuntimeException e) {
      refusal =
          new HandshakeException(
              false, "the address of the client can't be told: " + e.getMessage(), e);
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
    SocketAddress proxy = link.remoteAddress(context.channel());
    if (!isTrusted(proxy)) {
      return;
    }
    InetSocketAddress client = ForwardedClient.of(request.headers(), settings);
    if (client != null) {
      link.remoteAddress(client);
      link.learn(info -> info.withProxy(new ProxyInfo(proxy, null)));
    }
  }

  private boolean isTrusted(@Nullable SocketAddress peer) {
    return switch (peer) {
      case InetSocketAddress address -> settings.trusted().accepts(address);
      case UnixDomainSocketAddress unix -> true; // the permissions of its file have decided
      case null, default -> false;
    };
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
