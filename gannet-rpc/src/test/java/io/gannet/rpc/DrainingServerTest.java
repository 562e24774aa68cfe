package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FaultProxy;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers behind one address, as behind a load balancer. The first drains while it has an open
 * stream.
 */
class DrainingServerTest {

  private static final Duration GRACE = Duration.ofMinutes(1);

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Who {
    String name();

    RpcStream<String> words();

    String askBack();
  }

  interface Answering {
    String answer(String text);
  }

  /** The items that the first server sends on its stream. */
  private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

  private final CountDownLatch begun = new CountDownLatch(1);

  private RpcServer first;
  private FaultProxy address;

  private final class Named implements Who {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public RpcStream<String> words() {
      return RpcStream.produce(sink -> {
        begun.countDown();
        for (String word = words.take(); !word.isEmpty(); word = words.take()) {
          sink.send(word);
        }
      });
    }

    @Override
    public String askBack() {
      RpcPeer caller = CallContext.current().orElseThrow().peer();
      return caller.proxy(Answering.class).answer(name);
    }
  }

  @BeforeEach
  void startTheFirst() {
    first = fixture.start(server("first"));
    address = fixture.closing(FaultProxy.to(first.port()));
  }

  private RpcServerBuilder server(String name) {
    return fixture
        .server()
        .service(Who.class, new Named(name))
        .peerKey(peer -> peer.greeting().get("user"));
  }

  private RpcClient client() {
    return fixture.start(
        RpcClient.over(Client.tcp("127.0.0.1", address.port()))
            .greeting(Metadata.of("user", "ada"))
            .service(Answering.class, text -> "ada to " + text));
  }

  /** Drains the first server while a stream is open; new connections go to the second. */
  private RpcServer drainTheFirst() throws InterruptedException {
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    RpcServer second = fixture.start(server("second"));
    address.redirect(second.port());
    first.stop(StopMode.DRAIN, GRACE);
    return second;
  }

  /** Drains the first server, and waits until the client has replaced its connection. */
  private RpcServer drainTheFirst(RpcClient client) throws InterruptedException {
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    List<RpcPeer> before = List.copyOf(client.connections());
    RpcServer second = drainTheFirst();
    await()
        .until(() -> {
          List<RpcPeer> now = List.copyOf(client.connections());
          return now.size() == 1 && !now.equals(before);
        });
    return second;
  }

  @Test
  void aClientConnectsAgainWhileTheOldConnectionDrains() throws Exception {
    RpcClient client = client();
    Who who = client.proxy(Who.class);
    try (RpcStream<String> stream = who.words()) {
      drainTheFirst(client);
      assertThat(who.name()).isEqualTo("second");
      words.add("still");
      assertThat(stream.next()).isEqualTo("still");
      assertThat(client.connections()).hasSize(1);
      assertThat(first.peers()).hasSize(1);
      words.add("");
      assertThat(stream.hasNext()).isFalse();
    }
    first.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(who.name()).isEqualTo("second");
  }

  @Test
  void aDrainingServerMayCallTheClientUntilItHasStopped() throws Exception {
    RpcClient client = client();
    Who who = client.proxy(Who.class);
    try (RpcStream<String> stream = who.words()) {
      RpcServer second = drainTheFirst(client);
      RpcPeer atFirst = first.peer("ada").orElseThrow();
      RpcPeer atSecond = second.peer("ada").orElseThrow();
      assertThat(atFirst.proxy(Answering.class).answer("one")).isEqualTo("ada to one");
      assertThat(atSecond.proxy(Answering.class).answer("two")).isEqualTo("ada to two");
      assertThat(who.askBack()).isEqualTo("ada to second");
      words.add("");
      assertThat(stream.hasNext()).isFalse();
    }
  }

  @Test
  void closingTheClientEndsBothConnections() throws Exception {
    RpcClient client = client();
    Who who = client.proxy(Who.class);
    RpcStream<String> stream = who.words();
    RpcServer second = drainTheFirst(client);
    client.stop(StopMode.NOW);
    await().until(() -> first.peers().isEmpty() && second.peers().isEmpty());
    first.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThatThrownBy(stream::next).isInstanceOf(RpcException.class);
  }

  @Test
  void noCallFailsBehindALoadBalancer() throws Exception {
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Who", "tcp://127.0.0.1:" + address.port()))
                .connectionWait(Duration.ofSeconds(30)));
    Who who = cluster.proxy(Who.class);
    AtomicBoolean done = new AtomicBoolean();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (RpcStream<String> stream = who.words();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            callers.submit(() -> {
              while (!done.get()) {
                seen.add(who.name());
              }
            }));
      }
      await().until(() -> seen.contains("first"));
      drainTheFirst();
      await().until(() -> seen.contains("second") || all.stream().anyMatch(Future::isDone));
      done.set(true);
      for (Future<?> one : all) {
        one.get(10, TimeUnit.SECONDS);
      }
      words.add("");
      assertThat(stream.hasNext()).isFalse();
    }
  }

  @Test
  void aClientLeavesAServerThatStaysAfterItsGoAway() {
    RawServer server = fixture.closing(RawServer.start());
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("127.0.0.1", server.port()))
                .drainGrace(Duration.ofMillis(50)));
    RawPeer peer = fixture.closing(server.accept());
    peer.write(WirePeer.frame(Hex.bytes(WirePeer.HELLO)));
    await().until(() -> client.connections().size() == 1);
    peer.write(WirePeer.frame(Hex.bytes("0A 00 00000000 00 0000")));
    peer.readToEnd();
    assertThat(client.isRunning()).isTrue();
  }

  @Test
  void aServerThatDrainsAcceptsNoConnections(@TempDir Path directory) throws Exception {
    // Another process could take the free TCP port in between, but not this path.
    String path = directory.resolve("it.sock").toString();
    RpcServer server =
        fixture.start(
            RpcServer.over(Server.unix(path)).service(Who.class, new Named("the only one")));
    Who who = fixture.start(RpcClient.over(Client.unix(path))).proxy(Who.class);
    try (RpcStream<String> stream = who.words()) {
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
      server.stop(StopMode.DRAIN, GRACE);
      assertThatThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(path)))
          .isInstanceOf(IOException.class);
      words.add("");
      assertThat(stream.hasNext()).isFalse();
    }
  }
}
