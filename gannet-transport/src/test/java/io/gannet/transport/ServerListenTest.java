package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where a server listens. */
class ServerListenTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.echo();

  @Test
  void aServerMayListenOnSeveralAddresses() throws IOException {
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .alsoListen("127.0.0.2", 0)
                .alsoListen("127.0.0.1", 0)
                .listener(listener));

    List<SocketAddress> addresses = server.addresses();
    assertThat(addresses).hasSize(3).doesNotHaveDuplicates();
    assertThat(addresses.get(0)).hasToString("/127.0.0.1:" + server.port());
    assertThat(addresses.get(1)).asString().startsWith("/127.0.0.2:");
    for (SocketAddress address : addresses) {
      try (Socket socket = new Socket()) {
        socket.connect(address);
        socket.getOutputStream().write(frames("x"));
        assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(frames("x"));
      }
    }
    server.stop(StopMode.NOW);
    for (SocketAddress address : addresses) {
      try (Socket socket = new Socket()) {
        assertThatThrownBy(() -> socket.connect(address)).hasMessageContaining("refused");
      }
    }
  }

  @Test
  void ifOneAddressCannotBeBoundNoneStaysBound() throws IOException {
    int free = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      assertThatThrownBy(() ->
              Server.tcp("127.0.0.1", free)
                  .codec(new TextCodec())
                  .alsoListen("127.0.0.1", taken.getLocalPort())
                  .listener(listener)
                  .start())
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("in use");

      new ServerSocket(free, 1, LOOPBACK).close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
      return probe.getLocalPort();
    }
  }

  @Test
  void theFailureNamesATakenPort() {
    Server<String> first = fixture.start(fixture.server().listener(listener));

    assertThatThrownBy(() ->
            Server.tcp("127.0.0.1", first.port()).codec(new TextCodec()).listener(listener).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("127.0.0.1:" + first.port());
  }

  @Test
  void theFailureNamesAnAddressThatIsNotLocal() {
    assertThatThrownBy(
            () -> Server.tcp("192.0.2.1", 0).codec(new TextCodec()).listener(listener).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("192.0.2.1");
    assertThatThrownBy(() ->
            Server.tcp("no-such-host.invalid", 0).codec(new TextCodec()).listener(listener).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void aServerNeedsAListener() {
    assertThatThrownBy(() -> fixture.server().start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listener");
    assertThatThrownBy(() -> fixture.client(1).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listener");
  }

  @Test
  void withoutAHostAServerListensOnAllAddresses() {
    Server<String> server = fixture.start(Server.tcp(0).codec(new TextCodec()).listener(listener));

    RawPeer peer = fixture.connect(server);
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
    assertThat(server.name())
        .isEqualTo("tcp-server-0.0.0.0:0"); // not the port of the moment: metrics go by it
  }

  @Test
  void severalServersMayShareAPort() {
    SocketOptions sharing = SocketOptions.defaults().withReusePort();
    Server<String> first =
        fixture.start(fixture.server().listener(listener).socketOptions(sharing));
    Server<String> second =
        fixture.start(
            Server.tcp("127.0.0.1", first.port())
                .codec(new TextCodec())
                .listener(listener)
                .socketOptions(sharing));

    assertThat(second.port()).isEqualTo(first.port());
    RawPeer peer = fixture.connect(first);
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
  }

  @Test
  void stoppingDuringTheStartReleasesEverything() {
    for (StopMode mode : StopMode.values()) {
      for (int i = 0; i < 10; i++) {
        Server<String> server = fixture.start(fixture.server().listener(listener));
        server.stop(mode);
        assertThat(server.isRunning()).isFalse();
        assertThat(server.whenStopped().toCompletableFuture()).succeedsWithin(SOON);
      }
    }
  }

  @Test
  void whenStoppedCompletesAfterTheLastCallback() {
    Gate gate = fixture.gate();
    listener.whenClose((session, reason) -> gate.pass());
    Server<String> server = fixture.start(fixture.server().listener(listener));
    RawPeer peer = fixture.connect(server);
    listener.awaitSession();
    var stopped = server.whenStopped().toCompletableFuture();

    server.stop(StopMode.DRAIN);
    peer.expectEnd(SOON);
    peer.close();

    gate.awaitReached();
    assertThat(stopped).isNotDone();
    gate.open();
    assertThat(stopped).succeedsWithin(SOON);
    await().until(() -> server.sessionCount() == 0);
  }
}
