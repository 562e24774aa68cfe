package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The log of an endpoint has at most five entries in a second, however many violations its peers
 * commit.
 */
class LogFloodTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Fragile {
    String fail(String text);
  }

  private final AtomicInteger failed = new AtomicInteger();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final long began = System.nanoTime();
  private PrintStream before;

  @BeforeEach
  void capture() {
    before = System.err; // where slf4j-simple writes to
    System.setErr(new PrintStream(log, true, UTF_8));
  }

  @AfterEach
  void release() {
    System.setErr(before);
  }

  private RpcServerBuilder server() {
    return fixture
        .server()
        .service(
            Fragile.class,
            text -> {
              failed.incrementAndGet();
              throw new IllegalStateException(text);
            });
  }

  /** Asserts that something was logged, and not more often than the limit allows. */
  private void assertBounded(String what) {
    await().until(() -> log.toString(UTF_8).contains(what));
    long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;
    List<String> lines = log.toString(UTF_8).lines().toList();
    assertThat(lines.stream().filter(line -> line.contains(" WARN ")).count())
        .isLessThanOrEqualTo(5 * (seconds + 1));
    assertThat(lines.size()).isLessThanOrEqualTo((int) (5 * 70 * (seconds + 1)));
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThan(2_000));
  }

  @Test
  void responsesThatAreTooLargeForThePeer() {
    RpcServer server = fixture.start(server());
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.send(WirePeer.HELLO + "0001 0004 00000001"); // frames of one byte
    peer.read();
    for (int i = 1; i <= 1_000; i++) {
      peer.raw().write(WirePeer.request(i, "Fragile/fail", 1, "\"x\"".getBytes(UTF_8)));
    }
    await().until(() -> failed.get() >= 900);
    await().until(() -> server.peers().stream().allMatch(each -> each.stats().callsRunning() == 0));
    assertBounded("not sent");
  }

  @Test
  void connectionsWithoutAHello() {
    FakeTime time = FakeTime.create();
    RpcServer server = fixture.start(server().time(Fixture.timeOf(time)));
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RawPeer peer = fixture.connect(server);
      peer.readExactly(8); // the server's hello: now its time runs
      peers.add(peer);
    }
    time.advance(Duration.ofSeconds(11));
    peers.forEach(peer -> peer.expectGone(Duration.ofSeconds(10)));
    assertBounded("greetingTimeout");
  }

  @Test
  void connectionsThatBeginWithSomethingElse() {
    RpcServer server = fixture.start(server());
    for (int i = 0; i < 200; i++) {
      WirePeer peer = new WirePeer(fixture.connect(server));
      peer.raw().write(WirePeer.request(1, "\n[main] ERROR forged", 1, new byte[0]));
      peer.read();
    }
    assertBounded("isn't a hello");
    assertThat(log.toString(UTF_8)).doesNotContain("\n[main] ERROR forged");
  }

  @Test
  void handlersThatFailOnManyConnections() {
    RpcServer server = fixture.start(server());
    String text = "\"" + "\\nforged \\u001b[31m".repeat(1000) + "\"";
    for (int i = 0; i < 100; i++) {
      WirePeer peer = new WirePeer(fixture.connect(server)).hello();
      peer.raw().write(WirePeer.request(1, "Fragile/fail", 1, text.getBytes(UTF_8)));
      peer.read();
    }
    assertBounded("IllegalStateException");
    assertThat(log.toString(UTF_8)).doesNotContain("\u001b").doesNotContain("\nforged");
  }
}
