package io.gannet.examples.docs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gannet.discovery.Registration;
import io.gannet.examples.docs.EndpointSamplesTest.SigningIn;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.test.FakeTime;
import io.gannet.test.FaultProxy;
import io.gannet.test.junit.RegistryExtension;
import io.gannet.test.junit.RpcServerExtension;
import io.gannet.test.junit.ServerExtension;
import io.gannet.test.junit.SessionRecorder;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.TimeSource;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests, as docs/testing.md shows them. */
class TestingSamplesTest {

  interface Greeter {
    String hello(String name);
  }

  private static final class PoliteGreeter implements Greeter {
    @Override
    public String hello(String name) {
      return "Hello, " + name;
    }
  }

  @Nested
  // tag::testing-session[]
  class EchoTest {
    @RegisterExtension
    static final ServerExtension<String> server =
        ServerExtension.of(
            () -> Server.tcp("127.0.0.1", 0).codec(Codecs.lines()), // 0: any free port
            (session, text) -> session.send("you said: " + text)); // or your own listener

    @Test
    void repeatsWhatItIsSent() {
      SessionRecorder<String> answers = SessionRecorder.create();
      try (Client<String> client =
          Client.tcp("127.0.0.1", server.port()).codec(Codecs.lines()).listener(answers).start()) {
        client.session().send("hello");
        assertEquals("you said: hello", answers.nextMessage()); // waits up to 10 s
      }
    }

    // end::testing-session[]

    // tag::testing-reconnect[]
    @Test
    void reconnectsWhenTheConnectionBreaks() {
      FaultProxy proxy = server.newFaultProxy(); // closed with the server
      SessionRecorder<String> answers = SessionRecorder.create();
      try (Client<String> client =
          Client.tcp("127.0.0.1", proxy.port()).codec(Codecs.lines()).listener(answers).start()) {
        answers.nextSession();
        proxy.resetConnections();
        assertEquals(CloseReason.Kind.CONNECTION_LOST, answers.nextClose().kind());
        client.session().send("hello again"); // waits for the next session
        assertEquals("you said: hello again", answers.nextMessage());
        assertEquals(2, proxy.accepted());
      }
    }
    // end::testing-reconnect[]
    // tag::testing-session[]
  }

  // end::testing-session[]

  @Nested
  // tag::testing-client[]
  class SigningInTest {
    final SessionRecorder<String> received = SessionRecorder.create();

    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(() -> Server.tcp("127.0.0.1", 0).codec(Codecs.lines()), received);

    @Test
    void isReadyOnceTheServerHasAcceptedThePassword() {
      try (Client<String> client =
          Client.tcp("127.0.0.1", server.port())
              .codec(Codecs.lines())
              .awaitReady()
              .listener(new SigningIn())
              .start()) {
        assertEquals("AUTH secret", received.nextMessage());
        assertTrue(client.trySession().isEmpty());
        received.nextSession().send("OK");
        client.session(); // waits until the session is ready
      }
    }
  }

  // end::testing-client[]

  @Nested
  // tag::testing-time[]
  class IdleTest {
    final FakeTime time = FakeTime.create(); // a clock and a scheduler that the test moves
    final SessionRecorder<String> received = SessionRecorder.create();

    @RegisterExtension
    final ServerExtension<String> server =
        ServerExtension.of(
            () ->
                Server.tcp("127.0.0.1", 0)
                    .codec(Codecs.lines())
                    .readIdleTimeout(Duration.ofMinutes(5))
                    .time(TimeSource.of(time::nanoTime, time)),
            received);

    @Test
    void closesASilentSession() {
      try (Client<String> client =
          Client.tcp("127.0.0.1", server.port())
              .codec(Codecs.lines())
              .noReconnect()
              .onMessage((session, text) -> {})
              .start()) {
        client.session();
        Session<String> session = received.nextSession();
        await()
            .until(() -> {
              time.advance(Duration.ofMinutes(1)); // returns at once
              return !session.isOpen();
            });
        assertEquals(CloseReason.Kind.READ_IDLE, received.nextClose().kind());
      }
    }
  }

  // end::testing-time[]

  @Nested
  // tag::testing-call[]
  class GreeterTest {
    @RegisterExtension
    static final RpcServerExtension server =
        RpcServerExtension.of(() ->
            RpcServer.over(Server.tcp("127.0.0.1", 0)).service(Greeter.class, new PoliteGreeter()));

    @Test
    void greets() {
      assertEquals("Hello, world", server.proxy(Greeter.class).hello("world"));
    }

    // end::testing-call[]

    // tag::testing-call-fault[]
    @Test
    void failsWhileTheServerIsSilent() {
      FaultProxy proxy = server.newFaultProxy();
      try (RpcClient client = RpcClient.over(Client.tcp("127.0.0.1", proxy.port())).start()) {
        client.proxy(Greeter.class).hello("world"); // the connection stands
        proxy.toClient().stall(true); // requests arrive, responses don't
        CallOptions hasty = CallOptions.defaults().withTimeout(Duration.ofMillis(200));
        Greeter greeter = client.proxy(Greeter.class, hasty);
        RpcException failure = assertThrows(RpcException.class, () -> greeter.hello("world"));
        assertEquals(RpcCode.DEADLINE_EXCEEDED, failure.code());
        proxy.heal(); // else the close of the client waits for an answer
      }
    }
    // end::testing-call-fault[]
    // tag::testing-call[]
  }

  // end::testing-call[]

  @Nested
  // tag::testing-cluster[]
  class GreetersTest {
    @RegisterExtension static final RpcServerExtension one = greeter("one");
    @RegisterExtension static final RpcServerExtension two = greeter("two");
    @RegisterExtension final RegistryExtension registry = RegistryExtension.create();

    static RpcServerExtension greeter(String name) {
      return RpcServerExtension.of(() ->
          RpcServer.over(Server.tcp("127.0.0.1", 0))
              .service(Greeter.class, caller -> name + " greets " + caller));
    }

    @Test
    void callsGoToTheInstanceThatIsLeft() throws InterruptedException {
      Registration first = registry.add("Greeter", one.port());
      registry.add("Greeter", two.port());
      try (RpcCluster greeters = RpcClient.over(registry.registry().watch("Greeter")).start()) {
        assertTrue(greeters.awaitReady(2, Duration.ofSeconds(10)));
        first.close(); // leaves; consumers see it a moment later
        await().until(() -> greeters.instances().size() == 1); // Awaitility
        registry.outage(true); // providers that are known are used
        assertEquals("two greets me", greeters.proxy(Greeter.class).hello("me"));
      }
    }
  }
  // end::testing-cluster[]
}
