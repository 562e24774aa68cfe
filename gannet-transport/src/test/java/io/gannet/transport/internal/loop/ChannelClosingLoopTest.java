package io.gannet.transport.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.Io;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** States that {@link io.gannet.transport.EventLoops} alone can't reach. */
class ChannelClosingLoopTest {

  @Test
  void aChannelRegisteredWithTheLastTasksIsClosed() throws Exception {
    NettyEventLoops loops = new NettyEventLoops(Io.AUTO, 1);
    SingleThreadIoEventLoop loop = (SingleThreadIoEventLoop) loops.next();
    Channel channel = loops.connection(SocketKind.TCP).getDeclaredConstructor().newInstance();
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    CompletableFuture<ChannelFuture> registration = new CompletableFuture<>();
    // Netty runs it when no more tasks wait.
    loop.addShutdownHook(() -> registration.complete(loop.register(channel)));

    loops.close();

    assertThat(registration.get().cause()).isInstanceOf(RejectedExecutionException.class);
    await().until(() -> !channel.isOpen());
  }
}
