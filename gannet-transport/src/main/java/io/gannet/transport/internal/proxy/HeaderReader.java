package io.gannet.transport.internal.proxy;

import io.gannet.transport.ProxyInfo;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header, and lets the connection continue.
 *
 * <p>A proxy that connects on its own behalf usually performs a health check and closes the
 * connection. This isn't a session, unless the proxy sends data, or waits a while for the server to
 * start.
 */
final class HeaderReader extends ChannelInboundHandlerAdapter {

  /** The possible results of {@link HeaderDetector} other than a header. */
  enum Found {
    NO_HEADER
  }

  /** How long to wait for a proxy without a client. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final ConnectionContext connection;
  private final AddressCheck clients;
  private final TimeSource time;

  /** Whether any data has arrived. */
  private boolean begun;

  /** Set while the connection of a proxy without a client may not become a session. */
  private @Nullable Future<?> waiting;

  HeaderReader(ConnectionContext connection, AddressCheck clients, TimeSource time) {
    this.connection = connection;
    this.clients = clients;
    this.time = time;
  }

  void begun() {
    begun = true;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Passed on after the header or other data.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Found.NO_HEADER) {
      goOn(context);
    } else if (event == ChannelInputShutdownEvent.INSTANCE && wantsNothing()) {
      served(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (wantsNothing()) {
      served(context);
    }
    context.fireChannelInactive();
  }

  private boolean wantsNothing() {
    return !begun || waiting != null;
  }

  private void served(ChannelHandlerContext context) {
    endWaiting();
    context.fireUserEventTriggered(Layer.Event.SERVED);
  }

  private void endWaiting() {
    if (waiting != null) {
      waiting.cancel(false);
      waiting = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof HAProxyMessage header)) {
      if (waiting == null) {
        ReferenceCountUtil.release(message); // the connection was refused
      } else if (goOn(context)) {
        context.fireChannelRead(message);
      } else {
        ReferenceCountUtil.release(message);
      }
      return;
    }
    boolean hasClient;
    try {
      hasClient = learn(context, header);
    } catch (UnknownHostException | RuntimeException e) {
      exceptionCaught(context, e);
      return;
    } finally {
      header.release();
    }
    if (hasClient) {
      goOn(context);
    } else {
      waiting = time.schedule(() -> waited(context), PATIENCE, context.channel().eventLoop());
    }
  }

  private void waited(ChannelHandlerContext context) {
    if (waiting != null && !context.isRemoved()) {
      goOn(context);
    }
  }

  /**
   * Returns false if the proxy has no client, because it connects on its own behalf or doesn't know
   * the client.
   */
  private boolean learn(ChannelHandlerContext context, HAProxyMessage header)
      throws UnknownHostException {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    if (header.command() == HAProxyCommand.LOCAL || family == AddressFamily.AF_UNSPEC) {
      return false;
    }
    SocketAddress client = address(family, header.sourceAddress(), header.sourcePort());
    SocketAddress destination =
        address(family, header.destinationAddress(), header.destinationPort());
    SocketAddress proxy = connection.remoteAddress(context.channel());
    connection.remoteAddress(client);
    connection.learn(info -> info.withProxy(new ProxyInfo(proxy, destination)));
    return true;
  }

  private static SocketAddress address(AddressFamily family, String text, int port)
      throws UnknownHostException {
    // The decoder has checked that it is an address, so no name is resolved.
    return family == AddressFamily.AF_UNIX
        ? UnixDomainSocketAddress.of(text)
        : new InetSocketAddress(InetAddress.getByName(text), port);
  }

  /** Returns false if the client may not connect. */
  private boolean goOn(ChannelHandlerContext context) {
    endWaiting();
    try {
      clients.require(connection.remoteAddress(context.channel()));
    } catch (HandshakeException e) {
      context.fireExceptionCaught(e);
      return false;
    }
    context.fireChannelActive();
    context.pipeline().remove(this);
    return true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException && wantsNothing()) {
      served(context); // it has reset the connection
      return;
    }
    context.fireExceptionCaught(
        cause instanceof HandshakeException
            ? cause
            : new HandshakeException(
                false,
                "the header of the PROXY protocol is malformed: " + cause.getMessage(),
                cause));
  }
}
