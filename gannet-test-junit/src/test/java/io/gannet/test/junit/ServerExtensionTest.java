package io.gannet.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.test.FakeTime;
import io.gannet.test.FaultProxy;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TimeSource;
import io.gannet.transport.codec.Codecs;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ServerExtensionTest {

  /** The servers that the test classes below have seen. */
  private static final Set<Server<String>> SEEN = ConcurrentHashMap.newKeySet();

  private static final CyclicBarrier BARRIER = new CyclicBarrier(2);

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static ServerBuilder<String> lines() {
    return Server.tcp("127.0.0.1", 0).codec(Codecs.lines());
  }

  private static ServerExtension<String> echo() {
    return ServerExtension.of(
        ServerExtensionTest::lines, (session, text) -> session.send("you said: " + text));
  }

  /** Sends a message to the server and returns the answer. */
  private static String ask(int port, String text) {
    SessionRecorder<String> answers = SessionRecorder.create();
    try (Client<String> client =
        Client.tcp("127.0.0.1", port).codec(Codecs.lines()).listener(answers).start()) {
      client.session(Duration.ofSeconds(10)).send(text);
      return answers.nextMessage();
    }
  }

  private static void see(ServerExtension<String> server) {
    assertThat(ask(server.port(), "hello")).isEqualTo("you said: hello");
    SEEN.add(server.server());
  }

  static class OnStaticField {
    @RegisterExtension static final ServerExtension<String> SERVER = echo();

    @Test
    void one() {
      see(SERVER);
    }

    @Test
    void two() {
      see(SERVER);
    }

    @Nested
    class Inner {
      @Test
      void three() {
        see(SERVER);
      }
    }
  }

  @Test
  void allTestsOfAClassShareTheServerOfAStaticField() {
    assertThat(Runs.failures(Runs.of(OnStaticField.class))).isEmpty();
    assertThat(SEEN).hasSize(1).noneMatch(Server::isRunning);
  }

  @Test
  void testsThatRunAtTheSameTimeShareTheServerOfAStaticField() {
    assertThat(Runs.failures(Runs.concurrently(OnStaticField.class))).isEmpty();
    assertThat(SEEN).hasSize(1).noneMatch(Server::isRunning);
  }

  static class OnInstanceField {
    @RegisterExtension final ServerExtension<String> server = echo();

    @Test
    void one() {
      see(server);
    }

    @Test
    void two() {
      see(server);
    }
  }

  @Test
  void eachTestHasAServerOfItsOwnInAnInstanceField() {
    assertThat(Runs.failures(Runs.of(OnInstanceField.class))).isEmpty();
    assertThat(SEEN).hasSize(2).noneMatch(Server::isRunning);
  }

  abstract static class Base {
    @RegisterExtension static final ServerExtension<String> SERVER = echo();

    @Test
    void one() throws Exception {
      BARRIER.await(30, TimeUnit.SECONDS);
      see(SERVER);
    }
  }

  static class First extends Base {}

  static class Second extends Base {
    @Test
    void goesOnAfterTheOtherClassHasEnded() throws Exception {
      see(SERVER);
    }
  }

  @Test
  void classesThatRunAtTheSameTimeShareTheServerOfTheirBase() {
    assertThat(Runs.failures(Runs.concurrently(First.class, Second.class))).isEmpty();
    assertThat(SEEN).isNotEmpty().noneMatch(Server::isRunning);
  }

  /** Messages for which the listener throws. */
  static class WithBadListener {
    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            ServerExtensionTest::lines,
            (session, text) -> {
              session.send("got it");
              assertThat(text).isEqualTo("good");
            });

    @Test
    void isNotSeenByTheTest() {
      ask(server.port(), "bad");
    }
  }

  @Test
  void aListenerThatThrowsFailsTheTest() {
    assertThat(Runs.failures(Runs.of(WithBadListener.class)))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the listener of the server has thrown")
                .hasStackTraceContaining("bad"));
  }

  static class ExpectingFailures {
    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            ServerExtensionTest::lines,
            new SessionListener<>() {
              @Override
              public void onOpen(Session<String> session) {
                session.send("welcome");
              }

              @Override
              public void onMessage(Session<String> session, String text) {
                throw new IllegalStateException("on purpose");
              }

              @Override
              public void onError(Session<String> session, Throwable error) {
                session.send("failed");
              }
            });

    @Test
    void takesThem() {
      SessionRecorder<String> answers = SessionRecorder.create();
      try (Client<String> client =
          Client.tcp("127.0.0.1", server.port()).codec(Codecs.lines()).listener(answers).start()) {
        client.session(Duration.ofSeconds(10)).send("x");
        assertThat(answers.nextMessages(2)).containsExactly("welcome", "failed");
      }
      assertThat(server.takeFailures()).singleElement().isInstanceOf(IllegalStateException.class);
      assertThat(server.takeFailures()).isEmpty();
    }
  }

  @Test
  void aTestMayTakeTheFailuresThatItExpects() {
    assertThat(Runs.failures(Runs.of(ExpectingFailures.class))).isEmpty();
  }

  static class WithLeavingPeer {
    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            ServerExtensionTest::lines,
            (session, text) -> {
              session.close();
              session.send("too late");
            });

    @Test
    void sendsOnce() {
      SessionRecorder<String> client = SessionRecorder.create();
      try (Client<String> connected =
          Client.tcp("127.0.0.1", server.port())
              .codec(Codecs.lines())
              .noReconnect()
              .listener(client)
              .start()) {
        connected.session(Duration.ofSeconds(10)).send("x");
        assertThat(client.nextClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
      }
    }
  }

  @Test
  void sendingOnAClosedSessionIsNoFailure() {
    assertThat(Runs.failures(Runs.of(WithLeavingPeer.class))).isEmpty();
  }

  @Test
  void aServerThatIsNotRunningSaysHowToRegisterIt() {
    assertThatThrownBy(echo()::port)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }

  @Test
  void aServerThatCannotStartFailsTheTest() {
    assertThat(Runs.failures(Runs.of(WithBadPort.class)))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageContaining("203.0.113.1"));
  }

  static class WithBadPort {
    @RegisterExtension
    static final ServerExtension<String> SERVER =
        ServerExtension.of(
            () -> Server.tcp("203.0.113.1", 1).codec(Codecs.lines()), (session, text) -> {});

    @Test
    void neverRuns() {}
  }

  static class WithClock {
    private final FakeTime time = FakeTime.create();

    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            () -> lines().time(TimeSource.of(time::nanoTime, time)),
            (session, text) -> session.send("you said: " + text));

    @Test
    void leavesAClientBehind() {
      see(server);
      Client.tcp("127.0.0.1", server.port())
          .codec(Codecs.lines())
          .noReconnect()
          .onMessage((session, text) -> {})
          .start()
          .session(Duration.ofSeconds(10));
    }
  }

  @Test
  void aServerWithAFakeClockStops() {
    assertThat(Runs.failures(Runs.of(WithClock.class))).isEmpty();
    assertThat(SEEN).hasSize(1).noneMatch(Server::isRunning);
  }

  @Nested
  class WithProxy {
    private final SessionRecorder<String> received = SessionRecorder.create();

    @RegisterExtension
    final ServerExtension<String> server = ServerExtension.of(ServerExtensionTest::lines, received);

    @Test
    void aClientReconnectsAfterItsConnectionWasReset() {
      FaultProxy proxy = server.newFaultProxy();
      SessionRecorder<String> client = SessionRecorder.create();
      try (Client<String> connected =
          Client.tcp("127.0.0.1", proxy.port())
              .codec(Codecs.lines())
              .reconnect(Backoff.fixed(Duration.ofMillis(10)))
              .listener(client)
              .start()) {
        Session<String> first = client.nextSession();
        first.send("one");
        assertThat(received.nextMessage()).isEqualTo("one");
        proxy.resetConnections();
        assertThat(client.nextClose().kind()).isEqualTo(CloseReason.Kind.CONNECTION_LOST);
        Session<String> second = connected.session(Duration.ofSeconds(10));
        assertThat(second).isNotSameAs(first);
        second.send("two");
        assertThat(received.nextMessage()).isEqualTo("two");
      }
      assertThat(server.newFaultProxy().port()).isNotEqualTo(proxy.port());
    }
  }

  @Nested
  class OnAUnixSocket {
    @TempDir static Path directory;

    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            () -> Server.unix(directory.resolve("s").toString()).codec(Codecs.lines()),
            (session, text) -> {});

    @Test
    void theAddressIsThatOfTheSocket() {
      SocketAddress expected = UnixDomainSocketAddress.of(directory.resolve("s"));
      assertThat(server.address()).isEqualTo(expected);
    }
  }
}
