package io.gannet.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
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
import io.gannet.transport.TimeSource;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a user's tests have: servers, fake time, broken connections, a registry. */
class ExtensionsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** A service. */
  interface Greeter {
    String hello(String name);
  }

  @RegisterExtension
  static final RpcServerExtension greeter =
      RpcServerExtension.of(() ->
          RpcServer.over(Server.tcp("127.0.0.1", 0))
              .service(Greeter.class, name -> "Hello, " + name));

  private final FakeTime time = FakeTime.create();
  private final SessionRecorder<String> received = SessionRecorder.create();

  @RegisterExtension
  final ServerExtension<String> server =
      ServerExtension.of(
          () ->
              Server.tcp("127.0.0.1", 0)
                  .codec(Codecs.lines())
                  .readIdleTimeout(Duration.ofMinutes(5))
                  .time(TimeSource.of(time::nanoTime, time)),
          received);

  @RegisterExtension final RegistryExtension registry = RegistryExtension.create();

  @Test
  void aSilentSessionEnds() {
    FaultProxy proxy = server.newFaultProxy();
    try (Client<String> client =
        Client.tcp("127.0.0.1", proxy.port())
            .codec(Codecs.lines())
            .onMessage((session, text) -> {})
            .start()) {
      client.session(SOON);
      received.nextSession();
      time.advance(Duration.ofMinutes(6));
      assertEquals(CloseReason.Kind.READ_IDLE, received.nextClose().kind());
      assertTrue(proxy.accepted() > 0);
    }
  }

  @Test
  void aServiceIsFoundInTheRegistry() throws InterruptedException {
    registry.add("Greeter", greeter.port());
    try (RpcCluster greeters = RpcClient.over(registry.registry().watch("Greeter")).start()) {
      assertTrue(greeters.awaitReady(1, SOON));
      registry.outage(true);
      assertEquals("Hello, you", greeters.proxy(Greeter.class).hello("you"));
    }
    assertEquals("Hello, me", greeter.proxy(Greeter.class).hello("me"));
  }
}
