package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Class paths without the libraries of other platforms, which users exclude to save space. */
class MissingIoTest {

  /** Echoes a message over TCP and over a Unix socket, and requests an I/O that is missing. */
  static final class Echo {
    public static void main(String[] args) throws Exception {
      Path path = Files.createTempDirectory("gannet").resolve("socket");
      try (EventLoops loops = EventLoops.create(Io.AUTO, 1)) {
        System.out.println("uses " + loops.io());
        Server<String> tcp =
            Server.tcp("127.0.0.1", 0)
                .codec(new TextCodec())
                .eventLoops(loops)
                .onMessage(Session::send)
                .start();
        echo(Client.tcp("127.0.0.1", tcp.port()).codec(new TextCodec()).eventLoops(loops));
        Server<String> unix =
            Server.unix(path.toString())
                .codec(new TextCodec())
                .eventLoops(loops)
                .onMessage((session, text) -> {
                  session.send(session.connection().credentials() == null ? "stranger" : text);
                })
                .start();
        echo(Client.unix(path.toString()).codec(new TextCodec()).eventLoops(loops));
        unix.stop(StopMode.NOW);
        tcp.stop(StopMode.NOW);
      }
      try {
        EventLoops.create(Io.valueOf(args[0]), 1);
      } catch (TransportException e) {
        System.out.println("asked for: " + e.getMessage());
      }
    }

    private static void echo(ClientBuilder<String> builder) throws InterruptedException {
      BlockingQueue<String> answers = new LinkedBlockingQueue<>();
      Client<String> client = builder.onMessage((session, text) -> answers.add(text)).start();
      client.session().send("hello");
      System.out.println("answer: " + answers.poll(SOON.toSeconds(), TimeUnit.SECONDS));
      client.stop(StopMode.NOW);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "netty-transport-classes-kqueue, EPOLL, KQUEUE",
    "netty-transport-classes-, NIO, EPOLL",
    "netty-transport-classes-io_uring, EPOLL, IO_URING"
  })
  @EnabledOnOs(OS.LINUX)
  void anIoWhoseClassesAreMissingIsNotChosen(String missing, Io used, Io wanted) {
    try (ChildJvm child =
        ChildJvm.of(Echo.class)
            .without(missing)
            .jvmOptions("-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
            .arguments(wanted.toString())
            .start()) {
      assertThat(child.awaitLine("^uses (.*)", SOON).group(1)).isEqualTo(used.toString());
      assertThat(child.awaitLine("^answer: (.*)", SOON).group(1)).isEqualTo("hello");
      assertThat(child.awaitLine("^answer: (.*)", SOON).group(1)).isEqualTo("hello");
      assertThat(child.awaitLine("^asked for: (.*)", SOON).group(1))
          .startsWith(wanted + " is not available on this machine");
    }
  }
}
