package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.gannet.transport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Linux io_uring. */
final class IoUringIo extends NettyIo {

  IoUringIo() {
    super(
        Io.IO_URING,
        IoUringSocketChannel.class,
        IoUringServerSocketChannel.class,
        IoUringDomainSocketChannel.class,
        IoUringServerDomainSocketChannel.class,
        IoUringDatagramChannel.class);
  }

  // A waiting socket holds its buffer, so buffers can't be shared.
  @Override
  Map<ChannelOption<?>, Object> datagramReads() {
    return Map.of(
        ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DatagramBuffers.SLOT));
  }

  // Its channels discard data that a peer sent just before closing, in Netty 4.2.18.
  @Override
  SocketAddress unixAddress(String name) {
    throw new TransportException(
        "the Unix socket %s can't be used with io_uring, which may lose the last messages of a peer: use Io.AUTO, Io.EPOLL or Io.NIO"
            .formatted(name));
  }

  @Override
  @Nullable Throwable unavailability() {
    return IoUring.unavailabilityCause();
  }

  @Override
  DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family) {
    return new IoUringDatagramChannel(family);
  }

  @Override
  Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
    return MulticastTtl.LINUX.of(hops, ipv4);
  }

  @Override
  boolean isReset(Channel connection) {
    return connection instanceof IoUringSocketChannel tcp && TcpState.isReset(tcp);
  }

  @Override
  @Nullable PeerCredentials peerCredentials(Channel connection) {
    return null; // there are no such connections, see unixAddress
  }

  @Override
  IoHandlerFactory handlers() {
    return IoUringPeerEnd.around(IoUringIoHandler.newFactory());
  }

  @Override
  Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
    return Map.of(
        IoUringChannelOption.TCP_KEEPIDLE, seconds, IoUringChannelOption.TCP_KEEPINTVL, seconds);
  }

  @Override
  Map<ChannelOption<?>, Object> userTimeout(int millis) {
    return Map.of(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
  }

  @Override
  Map<ChannelOption<?>, Object> device(String name) {
    return Devices.option(name);
  }
}
