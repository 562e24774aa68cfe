package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.gannet.rpc.Directory;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several protocols on one port. */
class OnePortTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private RpcServerBuilder builder() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .wire(RpcWire.GANNET, RpcWire.HTTP, RpcWire.GRPC)
        .service(Fixture.Texts.class, new Fixture.Plain());
  }

  private RpcClient client(RpcServer server) {
    return fixture.start(RpcClient.over(Client.tcp("127.0.0.1", server.port())));
  }

  private static String uri(RpcServer server) {
    return "tcp://127.0.0.1:" + server.port();
  }

  private final HttpClient http =
      fixture.closing(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());

  private String http(RpcServer server) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/Texts/echo".formatted(server.port())))
            .header("Content-Type", "application/proto")
            .POST(HttpRequest.BodyPublishers.ofByteArray(StringValue.of("http").toByteArray()))
            .build();
    try {
      return StringValue.parseFrom(http.send(request, BodyHandlers.ofByteArray()).body())
          .getValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void clientsOfEachProtocolAreServedOnOnePort() {
    RpcServer server = fixture.start(builder());
    assertThat(Fixture.echo(fixture.connect(server), "grpc")).isEqualTo("grpc");
    assertThat(echo(client(server), "own")).isEqualTo("own");
    assertThat(http(server)).isEqualTo("http");
    assertThat(server.peers()).hasSize(3);
  }

  private static String echo(RpcClient client, String text) {
    return client.call("Texts/echo", StringValue.class, StringValue.of(text)).getValue();
  }

  @Test
  void aConnectionOfAnotherProtocolIsClosed() {
    RpcServer server = fixture.start(builder());
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText("SSH-2.0-x\r\n");
      peer.expectGone(Duration.ofSeconds(20));
    }
    assertThat(server.peers()).isEmpty();
  }

  @Test
  void aConnectionThatDoesNotTellItsProtocolIsClosedInTime() {
    RpcServer server =
        fixture.start(builder().transport(to -> to.handshakeTimeout(Duration.ofMillis(100))));
    try (RawPeer silent = RawPeer.connect(server.port());
        RawPeer slow = RawPeer.connect(server.port())) {
      slow.writeText("PRI");
      silent.expectGone(Duration.ofSeconds(20));
      slow.expectGone(Duration.ofSeconds(20));
    }
  }

  @Test
  void theFirstBytesMayArriveOneByOne() {
    RpcServer server = fixture.start(builder());
    RawPeer peer = fixture.closing(RawPeer.connect(server.port()));
    peer.writeEachByte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    assertThat(peer.readExactly(9)[3]).isEqualTo((byte) Http2Peer.SETTINGS);
  }

  @Test
  void aDrainUnderLoadFailsNoCallOfAnyProtocol() throws Exception {
    RpcServer server = fixture.start(builder());
    RpcServer next = fixture.start(builder());
    RpcClient own = fixture.start(RpcClient.over(Directory.of("Texts", uri(server), uri(next))));
    ManagedChannel grpc = fixture.connect(server);
    Fixture.echo(grpc, "connected");
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch stopped = new CountDownLatch(1);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      int protocol = i % 3;
      callers.add(
          Thread.startVirtualThread(() -> {
            try {
              while (stopped.getCount() > 0) {
                switch (protocol) {
                  case 0 -> echo(own, "x");
                  case 1 -> Fixture.echo(grpc, "x");
                  default -> http(server);
                }
                calls.incrementAndGet();
              }
            } catch (StatusRuntimeException e) {
              if (!(e.getStatus().getCause() instanceof ConnectException)) {
                failure.set(e);
              } // otherwise nobody listens any more
            } catch (UncheckedIOException e) {
              if (!(e.getCause() instanceof ConnectException)) {
                failure.set(e);
              }
            } catch (RuntimeException e) {
              failure.set(e);
            }
          }));
    }
    Awaitility.await().until(() -> calls.get() > 200 || failure.get() != null);
    server.stop(StopMode.DRAIN);
    server.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    stopped.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void protocolsThatCannotShareAPortAreRefused() {
    assertThatThrownBy(() -> builder().wire(RpcWire.GANNET, RpcWire.GETTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GETTY");
    assertThatThrownBy(() -> builder().wire(RpcWire.GRPC, RpcWire.GRPC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("once");
    assertThatThrownBy(
            () -> RpcServer.over(Server.webSocket(0)).wire(RpcWire.GANNET, RpcWire.GRPC).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WebSocket");
  }
}
