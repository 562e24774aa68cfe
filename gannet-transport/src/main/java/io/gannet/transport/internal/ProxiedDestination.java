package io.gannet.transport.internal;

import io.gannet.transport.ClientProxy;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.proxy.TunnelLayer;
import io.gannet.transport.internal.session.Layer;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A TCP port that is reached through a proxy. The proxy's name is resolved, not the host's. */
record ProxiedDestination(TcpDestination target, ClientProxy proxy) implements Destination {

  @Override
  public SocketKind kind() {
    return SocketKind.TCP;
  }

  @Override
  public CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops) {
    return new TcpDestination(proxy.host(), proxy.port()).resolve(loops);
  }

  @Override
  public String host() {
    return target.host();
  }

  @Override
  public List<Layer> layers(NettyEventLoops loops) {
    return List.of(new TunnelLayer(proxy, address()));
  }

  @Override
  public Hop hop(SocketAddress next) {
    ProxyHandler handler =
        switch (proxy.kind()) {
          case HTTP ->
              proxy.user() == null || proxy.password() == null
                  ? new HttpProxyHandler(next)
                  : new HttpProxyHandler(next, proxy.user(), proxy.password());
          case SOCKS5 -> new Socks5ProxyHandler(next, proxy.user(), proxy.password());
        };
    handler.setConnectTimeoutMillis(0); // the handshake has a timeout
    return new Hop(handler, address());
  }

  private InetSocketAddress address() {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(target.host());
    return literal == null
        ? InetSocketAddress.createUnresolved(target.host(), target.port())
        : new InetSocketAddress(literal, target.port());
  }

  @Override
  public String toString() {
    return target + "-via-" + Addresses.format(proxy.host(), proxy.port());
  }
}
