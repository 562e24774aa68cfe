package io.gannet.transport.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatagramSocketsTest {

  private static final PeerGate NOBODY =
      new PeerGate() {
        @Override
        public boolean admits(SocketAddress peer) {
          return false;
        }

        @Override
        public boolean entered(Channel channel) {
          return true;
        }
      };

  @ParameterizedTest
  @CsvSource({"NIO, 127.0.0.1", "NIO, ::", "AUTO, 127.0.0.1", "AUTO, ::"})
  void theOperatingSystemIsToldHowFarMulticastGoes(Io io, String host) throws SocketException {
    NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
    UdpOptions options =
        UdpOptions.defaults().withNetworkInterface(any.getName()).withMulticastTtl(7);
    try (EventLoops loops = EventLoops.create(io, 1)) {
      NettyEventLoops its = (NettyEventLoops) loops;
      DatagramSockets sockets =
          new DatagramSockets(
              new InetSocketAddress(host, 0),
              options,
              SocketOptions.defaults(),
              its,
              NOBODY,
              new ChannelInboundHandlerAdapter(),
              new FailureLog("io.gannet.transport.failures"));
      sockets.bind(binding -> binding.syncUninterruptibly().channel());
      DatagramChannel socket = sockets.sockets().getFirst();

      its.multicastTtl(7, !host.contains(":"))
          .forEach((option, value) ->
              assertThat((Object) socket.config().getOption(option)).isEqualTo(value));
    }
  }
}
