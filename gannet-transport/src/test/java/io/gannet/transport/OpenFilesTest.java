package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that runs out of file descriptors. */
class OpenFilesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An echo server that says what happens to it. */
  static final class EchoServer {
    public static void main(String[] args) throws InterruptedException {
      Server<String> server =
          Server.tcp("127.0.0.1", 0)
              .codec(new TextCodec())
              .eventLoops(EventLoops.create(Io.valueOf(args[0]), 1))
              .observer(
                  new TransportObserver() {
                    @Override
                    public void acceptFailed(Server<?> failed, Throwable cause) {
                      System.out.println("accept failed: " + cause.getMessage());
                    }
                  })
              .onMessage(Session::send)
              .start();
      System.out.println("port " + server.port());
      Thread.currentThread().join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NIO", "EPOLL"})
  void aServerWithoutFileDescriptorsGoesOnWhenThereAreSomeAgain(String io) {
    try (ChildJvm child =
        ChildJvm.of(EchoServer.class)
            .jvmOptions("-Xmx64m", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1")
            .arguments(io)
            .maxOpenFiles(150)
            .start()) {
      int port = Integer.parseInt(child.awaitLine("^port (\\d+)", PATIENCE).group(1));
      // A class directory needs a file descriptor for each class, so the life of a session first.
      for (int i = 0; i < 3; i++) {
        try (RawPeer rehearsal = RawPeer.connect(port)) {
          expectServed(rehearsal);
          rehearsal.shutdownOutput();
          rehearsal.expectEnd(SOON);
        }
      }
      RawPeer first = RawPeer.connect(port);
      expectServed(first);
      List<RawPeer> peers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        peers.add(RawPeer.connect(port));
      }

      child.awaitLine("accept failed: .*[Tt]oo many open files", PATIENCE);

      expectServed(first);
      peers.forEach(RawPeer::close);
      try (RawPeer late = RawPeer.connect(port)) {
        expectServed(late);
      }
      expectServed(first);
      first.close();
      // It waited between its attempts, instead of spinning.
      assertThat(child.output())
          .filteredOn(line -> line.startsWith("accept failed"))
          .hasSizeLessThan(20);
    }
  }

  private static void expectServed(RawPeer peer) {
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
  }
}
