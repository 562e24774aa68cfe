package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A name with several addresses, in a JVM with a hosts file of its own. */
class SeveralAddressesTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  /** Connects and says where it got to. */
  static final class Connect {
    public static void main(String[] args) {
      try (Client<String> client =
          Client.tcp("many.test", Integer.parseInt(args[0]))
              .codec(new TextCodec())
              .onMessage((session, text) -> System.out.println("got " + text))
              .start()) {
        Session<String> session = client.session(Duration.ofSeconds(10));
        System.out.println("connected to " + session.remoteAddress());
      } catch (NoSessionException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }
  }

  @Test
  void eachAddressIsTriedInTurn(@TempDir Path dir) throws IOException {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    Path hosts = dir.resolve("hosts");
    // Nobody listens on the first two.
    Files.writeString(
        hosts, "127.0.0.3 many.test\n127.0.0.2 many.test\n127.0.0.1 many.test localhost\n");

    try (ChildJvm child =
        ChildJvm.of(Connect.class)
            .jvmOptions("-Djdk.net.hosts.file=" + hosts)
            .arguments(Integer.toString(server.port()))
            .start()) {
      String where = child.awaitLine("^connected to (.*)", Duration.ofSeconds(30)).group(1);
      assertThat(where).contains("127.0.0.1").endsWith(":" + server.port());
      assertThat(child.awaitExit(Duration.ofSeconds(30))).isZero();
    }
  }
}
