package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that runs out of file descriptors. */
class OpenFilesTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An echo server that prints its events. */
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
  @ValueSource(strings = {"NIO", "EPOLL", "IO_URING"})
  void aServerWithoutFileDescriptorsGoesOnWhenThereAreSomeAgain(String io) {
    try (ChildJvm child =
        ChildJvm.of(EchoServer.class)
            .jvmOptions("-Xmx64m", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1")
            // Netty 4.2.18 alone would retry without a pause, see README.
            .jvmOptions("-Dio.netty.iouring.acceptMultiShotEnabled=false")
            .arguments(io)
            .maxOpenFiles(150)
            .start()) {
      int port = Integer.parseInt(child.awaitLine("^port (\\d+)", PATIENCE).group(1));
      // Loading a class from a directory needs a file descriptor, so a first session loads all
      // classes.
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
      long began = System.nanoTime();
      Duration cpu = child.cpuTime();
      int failures = 0;
      Duration took = Duration.ZERO;
      while (took.compareTo(Duration.ofSeconds(2)) < 0) { // it waits a second between its attempts
        child.awaitLine("accept failed", PATIENCE);
        failures++;
        took = Duration.ofNanos(System.nanoTime() - began);
      }
      assertThat(failures).isLessThan(10 * (int) (took.toSeconds() + 1));
      assertThat(child.cpuTime().minus(cpu)).isLessThan(took.dividedBy(2));
      assertThat(child.output())
          .filteredOn(line -> line.contains(" WARN "))
          .hasSizeLessThanOrEqualTo(5 * (int) (took.toSeconds() + 3));

      expectServed(first);
      peers.forEach(RawPeer::close);
      try (RawPeer late = RawPeer.connect(port)) {
        expectServed(late);
      }
      expectServed(first);
      first.close();
    }
  }

  /**
   * Connects more often than there are file descriptors, and prints the threads on which that
   * fails.
   */
  static final class ManyConnections {
    public static void main(String[] args) throws InterruptedException {
      EventLoops loops = EventLoops.create(Io.valueOf(args[0]), 1);
      int port = Integer.parseInt(args[1]);
      connect(loops, 1, 1); // nobody listens there; a class directory needs a descriptor per class
      connect(loops, port, 1).session(PATIENCE).send("rehearsal");
      Client<String> client = connect(loops, port, 200);
      client.session(PATIENCE).send("open");
      Thread.currentThread().join();
    }

    private static Client<String> connect(EventLoops loops, int port, int connections) {
      return Client.tcp("127.0.0.1", port)
          .codec(new TextCodec())
          .eventLoops(loops)
          .connections(connections)
          .observer(
              new TransportObserver() {
                @Override
                public void connectFailed(
                    Client<?> failed,
                    Throwable cause,
                    int failures,
                    @Nullable Duration nextAttempt) {
                  System.out.println(
                      "failed on " + Thread.currentThread().getName() + ": " + cause.getMessage());
                }
              })
          .onMessage((session, text) -> System.out.println("got " + text))
          .start();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NIO", "EPOLL"})
  void aClientWithoutFileDescriptorsFailsOnItsOwnThread(String io) {
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));
    try (ChildJvm child =
        ChildJvm.of(ManyConnections.class)
            .jvmOptions("-Xmx64m", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1")
            .arguments(io, Integer.toString(server.port()))
            .maxOpenFiles(150)
            .start()) {
      String thread =
          child.awaitLine("^failed on (.*): Unable to create Channel", PATIENCE).group(1);

      assertThat(thread).startsWith("gannet-io-");
      child.awaitLine("^got open", PATIENCE);
    }
  }

  private static void expectServed(RawPeer peer) {
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
  }
}
