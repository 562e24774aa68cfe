package io.gannet.benchmarks.peers;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * Reactor Netty as in its reference guide: TcpServer.handle connects the inbound to the outbound;
 * Netty's handlers on the connection do the framing.
 */
final class ReactorNettyPeer implements Peer {

  @Override
  public int start(Work work) {
    return TcpServer.create()
        .host("127.0.0.1")
        .port(0)
        .runOn(LoopResources.create("loop", 1, true))
        .childOption(ChannelOption.TCP_NODELAY, true)
        .doOnConnection(connection ->
            connection
                .addHandlerLast(new LengthFieldBasedFrameDecoder(Work.MAX_PAYLOAD, 0, 4, 0, 4))
                .addHandlerLast(new LengthFieldPrepender(4)))
        .handle((in, out) -> out.send(in.receive().retain()))
        .bindNow()
        .port();
  }
}
