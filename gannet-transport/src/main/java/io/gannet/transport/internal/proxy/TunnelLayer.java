package io.gannet.transport.internal.proxy;

import io.gannet.transport.ClientProxy;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.PeerText;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.proxy.ProxyConnectionEvent;
import io.netty.handler.proxy.ProxyHandler;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a client's proxy has connected to the server. Netty's {@link ProxyHandler}
 * communicates with the proxy.
 *
 * @param proxy the proxy
 * @param target the server
 */
public record TunnelLayer(ClientProxy proxy, InetSocketAddress target) implements Layer {

  /** The answers of proxies to missing or wrong credentials; tinyproxy sends 401. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("status: 40[17]|^authStatus|^unexpected authMethod");

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    connection.remoteAddress(target);
    pipeline.addLast(new Gate());
  }

  /** Returns false, because the communication with the proxy ends before the session starts. */
  @Override
  public boolean changesBytes() {
    return false;
  }

  private String describe(String what) {
    return "the proxy %s did not connect to %s:%d: %s"
        .formatted(proxy, target.getHostString(), target.getPort(), what);
  }

  private final class Gate extends ChannelInboundHandlerAdapter {

    /** Doesn't pass the event on, because only the connection to the proxy is established. */
    @Override
    public void channelActive(ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ProxyConnectionEvent) {
        // Netty's handler hasn't finished the event, and may hold bytes that arrived after the
        // answer.
        ProxyHandler handler = context.pipeline().get(ProxyHandler.class);
        handler
            .connectFuture()
            .addListener(done -> {
              if (done.isSuccess() && !handlerIsGone(context)) {
                context.pipeline().remove(handler);
              }
            });
        context.fireChannelActive();
        context.pipeline().remove(this);
      } else if (event == ChannelInputShutdownEvent.INSTANCE) {
        fail(context, "it closed the connection", null);
      } else {
        context.fireUserEventTriggered(event);
      }
    }

    private boolean handlerIsGone(ChannelHandlerContext context) {
      return context.pipeline().get(ProxyHandler.class) == null;
    }

    /** Parses Netty's texts, which have the form "protocol, scheme, proxy => server, what". */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      String text = String.valueOf(cause.getMessage());
      int what = text.indexOf(", ", Math.max(0, text.indexOf(" => ")));
      String reason = PeerText.escape(what < 0 ? text : text.substring(what + 2));
      if (CREDENTIALS.matcher(reason).find()) {
        reason += "; check the credentials (ClientProxy.withCredentials)";
      }
      fail(context, reason, cause);
    }

    private void fail(ChannelHandlerContext context, String what, @Nullable Throwable cause) {
      context.fireExceptionCaught(new HandshakeException(false, describe(what), cause));
    }
  }
}
