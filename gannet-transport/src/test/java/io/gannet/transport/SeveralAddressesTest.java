package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** A name with several addresses, of which the first don't work. */
class SeveralAddressesTest {

  private static final Backoff QUICK = Backoff.fixed(Duration.ofMillis(20));

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atServer = fixture.echo();
  private final RecordingListener<String> atClient = fixture.listener();

  private EventLoops loops(Io io) {
    try {
      return fixture.closing(EventLoops.create(io, 1));
    } catch (TransportException e) {
      throw new TestAbortedException(io + " can't be tested here: " + e.getMessage(), e);
    }
  }

  private ServerBuilder<String> server() {
    return fixture.server().listener(atServer);
  }

  private ClientBuilder<String> client(int port, String... addresses) {
    return Client.tcp(TestNames.of(addresses), port)
        .codec(new TextCodec())
        .reconnect(QUICK)
        .listener(atClient)
        .observer(observer);
  }

  private RawServer raw(String address, int port) {
    return fixture.closing(RawServer.start(address, port));
  }

  private static String host(SocketAddress address) {
    return ((InetSocketAddress) address).getAddress().getHostAddress();
  }

  @Test
  void eachAddressIsTriedInTurn() {
    Server<String> server = fixture.start(server());
    // The first two addresses have no listener.
    Client<String> client =
        fixture.start(client(server.port(), "127.0.0.3", "127.0.0.2", "127.0.0.1"));

    assertThat(host(client.session(SOON).remoteAddress())).isEqualTo("127.0.0.1");
    assertThat(observer.failures()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.gannet.transport.TransportUnderTest#ios")
  void anAddressThatNeverAnswersDoesNotFailTheFirstSession(Io io) {
    Server<String> server = fixture.start(server());
    fixture.closing(RawServer.startFull("127.0.0.2", server.port()));

    Client<String> client =
        fixture.start(client(server.port(), "127.0.0.2", "127.0.0.1").eventLoops(loops(io)));

    client.session().send("hello");
    assertThat(atClient.awaitMessages(1)).containsExactly("hello");
    assertThat(observer.failures()).isEmpty();
    assertThat(atServer.sessions()).isEqualTo(1);
  }

  @Test
  void manyAddressesThatNeverAnswerAreAllTriedWithinTheConnectTimeout() {
    Server<String> server = fixture.start(server());
    String[] addresses = {
      "127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4", "127.0.1.5", "127.0.0.1"
    };
    for (int i = 0; i < 5; i++) {
      fixture.closing(RawServer.startFull(addresses[i], server.port()));
    }

    // With 250 ms for each address, the connect timeout would always pass first.
    Client<String> client =
        fixture.start(client(server.port(), addresses).connectTimeout(Duration.ofSeconds(1)));

    assertThat(client.session(SOON).isOpen()).isTrue();
  }

  @Test
  void theLastGoodAddressIsTriedFirst() {
    Server<String> server = fixture.start(server());
    Client<String> client = fixture.start(client(server.port(), "127.0.0.2", "127.0.0.1"));
    Session<String> first = client.session(SOON);
    fixture.start(
        Server.tcp("127.0.0.2", server.port()).codec(new TextCodec()).listener(fixture.listener()));

    first.close();

    await().until(() -> atClient.sessions() == 2);
    assertThat(host(client.session(SOON).remoteAddress())).isEqualTo("127.0.0.1");
  }

  @Test
  void anAddressWithAWrongCertificateIsSkipped() throws IOException {
    Certificates good = new Certificates(Files.createDirectory(directory.resolve("good")));
    Certificates bad = new Certificates(Files.createDirectory(directory.resolve("bad")));
    Server<String> server =
        fixture.start(server().tls(ServerTls.of(good.issue(Certificates::forThisMachine))));
    fixture.start(
        Server.tcp("127.0.0.2", server.port())
            .codec(new TextCodec())
            .listener(fixture.listener())
            .tls(ServerTls.of(bad.issue(Certificates::forThisMachine))));

    Client<String> client =
        fixture.start(
            client(server.port(), "127.0.0.2", "127.0.0.1")
                .tls(ClientTls.trusting(good.authority()).withServerName("localhost")));

    assertThat(host(client.session(SOON).remoteAddress())).isEqualTo("127.0.0.1");
    assertThat(observer.failures()).isEmpty();
  }

  @Test
  void anAddressThatClosesInTheHandshakeIsSkipped() {
    Server<String> server = fixture.start(server().tls(Certificates.serverTls()));
    RawServer closing = raw("127.0.0.2", server.port());

    Client<String> client =
        fixture.start(
            client(server.port(), "127.0.0.2", "127.0.0.1")
                .tls(Certificates.clientTls().withServerName("localhost")));
    closing.accept(SOON).close();

    assertThat(host(client.session(SOON).remoteAddress())).isEqualTo("127.0.0.1");
    assertThat(observer.failures()).isEmpty();
  }

  @Test
  void anAddressThatIsSilentInTheHandshakeIsSkippedAndClosed() {
    Server<String> server = fixture.start(server().tls(Certificates.serverTls()));
    RawServer silent = raw("127.0.0.2", server.port());

    Client<String> client =
        fixture.start(
            client(server.port(), "127.0.0.2", "127.0.0.1")
                .tls(Certificates.clientTls().withServerName("localhost")));

    assertThat(host(client.session().remoteAddress())).isEqualTo("127.0.0.1");
    silent.accept(SOON).expectGone(SOON);
    assertThat(observer.failures()).isEmpty();
    assertThat(observer.opened).hasSize(1);
    assertThat(client.sessionCount()).isEqualTo(1);
  }

  @Test
  void anAddressThatClosesEverySessionAtOnceIsTriedLastTheNextTime() {
    Server<String> server = fixture.start(server());
    RawServer closing = raw("127.0.0.2", server.port());
    fixture.start(client(server.port(), "127.0.0.2", "127.0.0.1"));

    RawPeer first = closing.accept(SOON);
    atClient.awaitSession();
    first.close();

    Session<String> second = atClient.awaitSessions(2).get(1);
    assertThat(host(second.remoteAddress())).isEqualTo("127.0.0.1");
  }

  @Test
  void theFailureNamesEachAddress() {
    Server<String> server = fixture.start(server());
    fixture.start(client(server.port(), "127.0.0.3", "127.0.0.2"));

    RecordingObserver.Failure failure = observer.awaitFailures(1).getFirst();
    assertThat(failure.cause()).hasMessageContainingAll("127.0.0.3", "127.0.0.2", "refused");
    assertThat(failure.failures()).isEqualTo(1);
  }

  @Test
  void aStopEndsTheRace() {
    Server<String> server = fixture.start(server());
    fixture.closing(RawServer.startFull("127.0.0.2", server.port()));
    fixture.closing(RawServer.startFull("127.0.0.3", server.port()));
    Client<String> client = fixture.start(client(server.port(), "127.0.0.2", "127.0.0.3"));

    client.stop(StopMode.NOW);

    assertThat(client.whenStopped().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(observer.failures()).isEmpty();
  }
}
