package io.gannet.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportException;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are stopped before their start has returned. */
class StopWhileStartingTest {

  private final EventLoops loops = EventLoops.create(Io.NIO, 2);

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  @Test
  void theFirstAddressIsFreeWhenItsSessionStopsTheServerAndTheSecondIsTaken(@TempDir Path directory)
      throws Exception {
    UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
    CountDownLatch stopped = new CountDownLatch(1);
    SessionListener<String> listener =
        new SessionListener<>() {
          @Override
          public void onOpen(Session<String> session) {
            session.endpoint().stop(StopMode.NOW);
            stopped.countDown();
          }

          @Override
          public void onMessage(Session<String> session, String message) {}
        };

    try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      NettyServerBuilder<String> builder =
          builder(
              new Intercepted(
                  new UnixListenAddress(path.getPath().toString()),
                  () -> {
                    peer.connect(path);
                    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
                  }));
      builder.alsoListen("127.0.0.1", other.getLocalPort()).listener(listener);
      assertThatThrownBy(builder::start).isInstanceOf(TransportException.class);
    }

    assertThat(path.getPath()).doesNotExist();
    try (SocketChannel late = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThatThrownBy(() -> late.connect(path)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aSocketThatClosesBeforeItsAddressIsReadHasNoEffect() {
    NettyServerBuilder<String> builder =
        builder(new Intercepted(new TcpListenAddress("127.0.0.1", 0), loops::close));
    Server<String> server = builder.onMessage((session, text) -> {}).start();

    assertThat(server.addresses()).doesNotContainNull().hasSize(1);
    server.stop(StopMode.NOW);
  }

  private NettyServerBuilder<String> builder(ListenAddress address) {
    NettyServerBuilder<String> builder = new NettyServerBuilder<>("test", Codecs::lines, address);
    builder.eventLoops(loops);
    return builder;
  }

  /** Runs after an address is bound, before the server learns of it. */
  private interface Meanwhile {
    void run() throws Exception;
  }

  private record Intercepted(StreamListenAddress address, Meanwhile meanwhile)
      implements StreamListenAddress {

    @Override
    public SocketKind kind() {
      return address.kind();
    }

    @Override
    public Binding prepare(AcceptContext<?> accepting) {
      Binding binding = address.prepare(accepting);
      return new Binding() {
        @Override
        public SocketAddress toBind() {
          return binding.toBind();
        }

        @Override
        public void bound() {
          binding.bound();
          try {
            meanwhile.run();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        }

        @Override
        public SocketAddress address(Channel listener) {
          return binding.address(listener);
        }

        @Override
        public List<Layer> layers() {
          return binding.layers();
        }

        @Override
        public void release() {
          binding.release();
        }
      };
    }
  }
}
