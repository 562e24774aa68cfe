package io.gannet.transport.internal.proxy;

import io.gannet.transport.ProxyInfo;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;

/** Takes what the header says, and lets the connection go on. */
final class HeaderReader extends ChannelInboundHandlerAdapter {

  /** What {@link HeaderDetector} may find instead of a header. */
  enum Found {
    NO_HEADER
  }

  private final Link link;

  HeaderReader(Link link) {
    this.link = link;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on when the header has come, or something else.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Found.NO_HEADER) {
      goOn(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    HAProxyMessage header = (HAProxyMessage) message;
    try {
      learn(context, header);
    } catch (UnknownHostException | RuntimeException e) {
      exceptionCaught(context, e);
      return;
    } finally {
      header.release();
    }
    goOn(context);
  }

  private void learn(ChannelHandlerContext context, HAProxyMessage header)
      throws UnknownHostException {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    if (header.command() == HAProxyCommand.LOCAL || family == AddressFamily.AF_UNSPEC) {
      return; // the proxy itself, to see whether we live; or it doesn't know
    }
    SocketAddress client = address(family, header.sourceAddress(), header.sourcePort());
    SocketAddress destination =
        address(family, header.destinationAddress(), header.destinationPort());
    SocketAddress proxy = link.remoteAddress(context.channel());
    link.remoteAddress(client);
    link.learn(info -> info.withProxy(new ProxyInfo(proxy, destination)));
  }

  private static SocketAddress address(AddressFamily family, String text, int port)
      throws UnknownHostException {
    // The decoder has checked that it is an address: no name is looked up.
    return family == AddressFamily.AF_UNIX
        ? UnixDomainSocketAddress.of(text)
        : new InetSocketAddress(InetAddress.getByName(text), port);
  }

  private void goOn(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.fireExceptionCaught(
        cause instanceof HandshakeException
            ? cause
            : new HandshakeException(
                false,
                "the header of the PROXY protocol is malformed: " + cause.getMessage(),
                cause));
  }
}
