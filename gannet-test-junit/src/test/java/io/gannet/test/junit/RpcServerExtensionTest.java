package io.gannet.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.test.FaultProxy;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.WebSocketOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RpcServerExtensionTest {

  /** A service. */
  interface Greeter {
    String hello(String name);
  }

  private static final Set<Object> SEEN = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static String greet(String name) {
    if (name.isEmpty()) {
      throw new RpcException(RpcCode.INVALID_ARGUMENT, "a name is needed");
    }
    return "Hello, " + name;
  }

  private static RpcServerExtension greeter() {
    return RpcServerExtension.of(() ->
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .service(Greeter.class, RpcServerExtensionTest::greet));
  }

  private static void see(RpcServerExtension server) {
    assertThat(server.proxy(Greeter.class).hello("world")).isEqualTo("Hello, world");
    SEEN.add(server.client());
    SEEN.add(server.server());
  }

  static class OnStaticField {
    @RegisterExtension static final RpcServerExtension SERVER = greeter();

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

  private static void assertStopped(int endpoints) {
    assertThat(SEEN)
        .hasSize(endpoints)
        .noneMatch(endpoint ->
            endpoint instanceof RpcServer server
                ? server.isRunning()
                : ((RpcClient) endpoint).isRunning());
  }

  @Test
  void testsThatRunAtTheSameTimeShareServerAndClientOfAStaticField() {
    assertThat(Runs.failures(Runs.concurrently(OnStaticField.class))).isEmpty();
    assertStopped(2);
  }

  static class OnInstanceField {
    @RegisterExtension final RpcServerExtension server = greeter();

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
  void eachTestHasAServerAndAClientOfItsOwnInAnInstanceField() {
    assertThat(Runs.failures(Runs.of(OnInstanceField.class))).isEmpty();
    assertStopped(4);
  }

  @Nested
  class Running {
    @RegisterExtension final RpcServerExtension server = greeter();

    @Test
    void whatAServiceThrowsReachesTheTest() {
      Greeter greeter = server.proxy(Greeter.class);
      assertThatThrownBy(() -> greeter.hello(""))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("a name is needed");
    }

    @Test
    void callsFailWhileTheProxyRefusesConnections() {
      FaultProxy proxy = server.newFaultProxy();
      try (RpcClient client =
          RpcClient.over(Client.tcp("127.0.0.1", proxy.port()))
              .connectionWait(Duration.ofMillis(100))
              .start()) {
        proxy.refuse(true);
        proxy.resetConnections();
        Greeter greeter = client.proxy(Greeter.class);
        assertThatThrownBy(() -> greeter.hello("world"))
            .isInstanceOfSatisfying(
                RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
      }
    }

    @Test
    void anExtensionThatIsNotRegisteredSaysSo() {
      assertThatThrownBy(greeter()::client)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("@RegisterExtension");
    }
  }

  @Nested
  class WithSettingsOfItsOwn {
    @RegisterExtension
    final RpcServerExtension server =
        RpcServerExtension.of(
            () ->
                RpcServer.over(Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults()))
                    .service(Greeter.class, RpcServerExtensionTest::greet),
            address ->
                RpcClient.over(
                    Client.webSocket("ws://127.0.0.1:" + ((InetSocketAddress) address).getPort())));

    @Test
    void theClientConnectsAsItIsTold() {
      assertThat(server.proxy(Greeter.class).hello("world")).isEqualTo("Hello, world");
    }
  }

  @Nested
  class OnAUnixSocket {
    @TempDir static Path directory;

    @RegisterExtension
    final RpcServerExtension server =
        RpcServerExtension.of(() ->
            RpcServer.over(Server.unix(directory.resolve("s").toString()))
                .service(Greeter.class, RpcServerExtensionTest::greet));

    @Test
    void theClientConnectsToIt() {
      assertThat(server.proxy(Greeter.class).hello("world")).isEqualTo("Hello, world");
    }
  }

  @Nested
  class OnAllAddresses {
    @RegisterExtension
    final RpcServerExtension server =
        RpcServerExtension.of(() ->
            RpcServer.over(Server.tcp(0)).service(Greeter.class, RpcServerExtensionTest::greet));

    @Test
    void theClientConnectsToTheLoopbackAddress() {
      assertThat(server.proxy(Greeter.class).hello("world")).isEqualTo("Hello, world");
    }
  }
}
