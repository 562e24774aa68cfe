package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FaultProxy;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientProxy;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.NoSessionException;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionStats;
import io.gannet.transport.Shutdown;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.micrometer.TransportMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clients, stopping, liveness, monitoring and time, as docs/guide.md shows them. */
class EndpointSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(EndpointSamplesTest.class);

  @Test
  void clientPool() {
    try (Server<String> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .onMessage((session, text) -> session.send(text))
            .start()) {
      String host = "127.0.0.1";
      int port = server.port();
      // tag::guide-client[]
      Client<String> client =
          Client.tcp(host, port)
              .codec(Codecs.lines())
              .connections(4)
              .reconnect(
                  Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30))
                      .withFullJitter())
              .connectTimeout(Duration.ofSeconds(3))
              .onMessage((session, text) -> log.info("{}", text))
              .start(); // returns at once, connects in the background

      client.session().send("hello"); // waits for a session up to the connect timeout
      // end::guide-client[]
      await().until(() -> client.sessionCount() == 4 && server.sessionCount() == 4);
      List<Session<String>> lost = List.copyOf(client.sessions());
      server.sessions().forEach(session -> session.close(StopMode.NOW));
      await()
          .until(() ->
              client.sessionCount() == 4 && client.sessions().stream().noneMatch(lost::contains));
      client.close();
    }
  }

  @Test
  void clientBehindAProxy() {
    ClientBuilder<String> builder =
        // tag::guide-client-proxy[]
        Client.tcp("server.example.com", 9000)
            .codec(Codecs.lines())
            .proxy(ClientProxy.http("proxy.corp", 3128).withCredentials("user", "password"));
    // end::guide-client-proxy[]
    assertThat(builder).isNotNull();
  }

  // tag::guide-client-ready[]
  /** Signs in, and declares the session ready when the server has accepted it. */
  static final class SigningIn implements SessionListener<String> {
    @Override
    public void onOpen(Session<String> session) {
      session.send("AUTH secret");
    }

    @Override
    public void onMessage(Session<String> session, String text) {
      switch (text) {
        case "OK" -> session.ready(); // from now on Client.session() returns it
        case "DENIED" -> session.close(4003, "the server has refused our password");
        default -> log.info("{}", text);
      }
    }
  }

  // end::guide-client-ready[]

  @Test
  void clientThatSignsIn() {
    try (Server<String> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .onMessage(
                (session, text) -> session.send(text.equals("AUTH secret") ? "OK" : text + "!"))
            .start()) {
      String host = "127.0.0.1";
      int port = server.port();
      // tag::guide-client-ready-use[]
      Client<String> client =
          Client.tcp(host, port)
              .codec(Codecs.lines())
              .listener(new SigningIn())
              .awaitReady()
              .start();
      // end::guide-client-ready-use[]
      assertThat(client.session().isOpen()).isTrue();
      client.close();
    }
  }

  // tag::guide-leave-server[]
  /** Stops a server whose clients can use another one. */
  static void leave(Server<String> server, Duration grace) throws Exception {
    server.stopAccepting(); // a load balancer sends new connections to others
    server.broadcast("BYE"); // and clients send new requests to them
    CompletableFuture.allOf(
            server.sessions().stream()
                .map(session -> session.whenClosed().toCompletableFuture())
                .toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS)
        .get();
    server.close();
  }

  // end::guide-leave-server[]

  // tag::guide-leave-client[]
  /** Leaves a server that has sent BYE once the last answer has arrived. */
  static final class Asking implements SessionListener<String> {
    private final Map<Session<String>, AtomicInteger> unanswered = new ConcurrentHashMap<>();
    private final Set<Session<String>> leaving = ConcurrentHashMap.newKeySet();

    void ask(Client<String> client, String request) {
      while (true) {
        Session<String> session = client.session();
        AtomicInteger count = unanswered.computeIfAbsent(session, it -> new AtomicInteger());
        count.incrementAndGet();
        try {
          session.send(request);
          return;
        } catch (SessionClosedException e) {
          unanswered.remove(session); // certainly not sent: use the next session
        }
      }
    }

    @Override
    public void onMessage(Session<String> session, String text) {
      AtomicInteger count = unanswered.computeIfAbsent(session, it -> new AtomicInteger());
      if (text.equals("BYE")) {
        leaving.add(session);
        session.replace(); // Client.session() returns another one from now on
      } else {
        log.debug("answer: {}", text);
        count.decrementAndGet();
      }
      if (leaving.contains(session) && count.get() == 0) {
        session.close();
      }
    }

    @Override
    public void onClose(Session<String> session, CloseReason reason) {
      unanswered.remove(session);
      leaving.remove(session);
    }
  }

  // end::guide-leave-client[]

  private static Server<String> answering(AtomicInteger answered) {
    return Server.tcp("127.0.0.1", 0)
        .codec(Codecs.lines())
        .onMessage((session, text) -> {
          answered.incrementAndGet();
          session.send(text + "!");
        })
        .start();
  }

  @Test
  void aServerThatLeavesHasAnsweredAllThatWasAsked() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (Server<String> first = answering(answered);
        Server<String> second = answering(answered);
        FaultProxy balancer = FaultProxy.to(first.port())) {
      Asking asking = new Asking();
      try (Client<String> client =
          Client.tcp("127.0.0.1", balancer.port()).codec(Codecs.lines()).listener(asking).start()) {
        int asked = 0;
        for (; asked < 100; asked++) {
          asking.ask(client, "x");
        }
        await().until(() -> first.sessionCount() == 1); // leave() sees no session before that
        balancer.redirect(second.port());
        CompletableFuture<Void> left =
            CompletableFuture.runAsync(() -> {
              try {
                leave(first, Duration.ofSeconds(30));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
        for (; second.sessionCount() == 0 || !left.isDone(); asked++) {
          asking.ask(client, "y");
        }
        left.get();
        int all = asked;
        await().until(() -> answered.get() == all);
      }
    }
  }

  @Test
  void clientWithoutAServer() {
    // tag::guide-client-failure[]
    Client<String> client =
        Client.tcp("127.0.0.1", 1) // no process listens there
            .codec(Codecs.lines())
            .noReconnect()
            .onMessage((session, text) -> {})
            .start();
    try {
      client.session();
    } catch (NoSessionException e) {
      log.warn(e.getMessage()); // the number of attempts, and the last failure
    }
    // end::guide-client-failure[]
    assertThatThrownBy(client::session).isInstanceOf(NoSessionException.class);
    client.close();
  }

  @Test
  void sharedLoops() {
    // tag::guide-loops[]
    EventLoops loops = EventLoops.create(Io.AUTO, 2);
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .eventLoops(loops)
            .onMessage((session, text) -> session.send(text))
            .start();
    Client<String> client =
        Client.tcp("localhost", server.port())
            .codec(Codecs.lines())
            .eventLoops(loops)
            .onMessage((session, text) -> {})
            .start();
    // end::guide-loops[]
    client.session().send("x");
    await().until(() -> client.session().stats().messagesIn() == 1);
    // tag::guide-loops[]

    client.close();
    server.close();
    loops.close(); // last
    // end::guide-loops[]
    assertThat(loops.io()).isNotEqualTo(Io.AUTO);
  }

  @Test
  void stopping() {
    Server<String> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .onMessage((session, text) -> session.send(text))
            .start();
    Client<String> client =
        Client.tcp("127.0.0.1", server.port())
            .codec(Codecs.lines())
            .onMessage((session, text) -> {})
            .start();
    client.session();
    await().until(() -> server.sessionCount() == 1);
    // tag::guide-stop[]
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT, Duration.ofSeconds(5));
    if (report.cut() > 0) {
      log.warn("{} sessions were aborted, {} bytes not sent", report.cut(), report.unsentBytes());
    }
    // end::guide-stop[]
    assertThat(report.drained()).isEqualTo(1);
    assertThat(report.cut()).isZero();
    assertThat(report.unsentBytes()).isZero();
    client.stop(StopMode.NOW);
  }

  @Test
  void liveness() {
    try (Server<String> peer =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .onMessage((session, text) -> session.send(text.equals("ping") ? "pong" : text))
            .start()) {
      int port = peer.port();
      // tag::guide-heartbeat[]
      Client<String> client =
          Client.tcp("localhost", port)
              .codec(Codecs.lines())
              .heartbeat(Duration.ofMillis(100), Duration.ofSeconds(2), session -> "ping")
              .onMessage((session, text) -> {
                if (!text.equals("pong")) {
                  log.info("{}", text);
                }
              })
              .start();
      // end::guide-heartbeat[]
      await().until(() -> client.session().stats().messagesIn() >= 3);
      client.close();
    }
  }

  // tag::guide-cron[]
  static final class Evictor implements SessionListener<String> {

    @Override
    public void onMessage(Session<String> session, String text) {
      session.send(text);
    }

    @Override
    public void onCron(Session<String> session) {
      Duration quiet = Duration.between(session.lastActive(), Instant.now());
      if (quiet.compareTo(Duration.ofSeconds(1)) > 0) {
        session.send("bye, " + session.stats().messagesIn() + " messages");
        session.close();
      }
    }
  }

  // end::guide-cron[]

  @Test
  void cron() {
    // tag::guide-cron-use[]
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .listener(new Evictor())
            .cron(Duration.ofMillis(200))
            .start();
    // end::guide-cron-use[]
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .noReconnect()
                .onMessage((session, text) -> heard.add(text))
                .start()) {
      client.session().send("hello");
      await().untilAsserted(() -> assertThat(heard).containsExactly("hello", "bye, 1 messages"));
    }
  }

  // tag::guide-observer[]
  static final class Counters implements TransportObserver {
    final LongAdder opened = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder lost = new LongAdder();

    @Override
    public void sessionOpened(Session<?> session) {
      opened.increment();
    }

    @Override
    public void sessionClosed(Session<?> session, CloseReason reason) {
      if (reason.kind() == CloseReason.Kind.CONNECTION_LOST) {
        lost.increment();
      }
    }

    @Override
    public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
      rejected.increment();
    }
  }

  // end::guide-observer[]
  // tag::guide-observer-all[]
  static class EveryEvent implements TransportObserver {

    @Override
    public void started(Endpoint<?> endpoint) {}

    @Override
    public void sessionOpened(Session<?> session) {}

    @Override
    public void sessionClosed(Session<?> session, CloseReason reason) {}

    @Override
    public void read(Session<?> session, long bytes, int messages) {}

    @Override
    public void written(Session<?> session, long bytes, int messages) {}

    @Override
    public void dropped(Session<?> session) {}

    @Override
    public void queueFull(Session<?> session) {}

    @Override
    public void readPaused(Session<?> session) {}

    @Override
    public void callbacksRan(Session<?> session, Duration elapsed, int callbacks) {}

    @Override
    public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {}

    @Override
    public void handshakeFailed(Server<?> server, @Nullable SocketAddress peer, Throwable cause) {}

    @Override
    public void acceptFailed(Server<?> server, Throwable cause) {}

    @Override
    public void connectFailed(
        Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {}

    @Override
    public void reconnected(Session<?> session) {}
  }

  // end::guide-observer-all[]
  @Test
  void shutdown() throws Exception {
    Server<String> server =
        Server.tcp(0).codec(Codecs.lines()).onMessage((session, text) -> {}).start();
    Client<String> backend =
        Client.tcp("127.0.0.1", server.port())
            .codec(Codecs.lines())
            .onMessage((session, text) -> {})
            .start();
    // tag::guide-shutdown[]
    Shutdown shutdown = Shutdown.onSignal(server, backend); // in this order
    // end::guide-shutdown[]
    assertThat(shutdown.begin().toCompletableFuture().get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.isRunning()).isFalse();
    assertThat(backend.isRunning()).isFalse();
    shutdown.close();
  }

  @Test
  void everyEventIsShown() {
    assertThat(EveryEvent.class.getDeclaredMethods())
        .extracting(Method::getName)
        .containsAll(
            Stream.of(TransportObserver.class.getDeclaredMethods()).map(Method::getName).toList());
  }

  @Test
  void observer() {
    // tag::guide-observer-use[]
    Counters counters = new Counters();
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .observer(counters)
            .maxSessions(1)
            .onMessage((session, text) -> session.send(text))
            .start();
    // end::guide-observer-use[]
    try (server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .connections(2)
                .noReconnect()
                .onMessage((session, text) -> {})
                .start()) {
      client.session().send("x");
      await()
          .untilAsserted(() -> {
            assertThat(counters.opened.sum()).isEqualTo(1);
            assertThat(counters.rejected.sum()).isEqualTo(1);
          });
      Session<String> session = server.sessions().iterator().next();
      // tag::guide-stats[]
      SessionStats stats = session.stats();
      log.info(
          "{}: {} messages in, {} out, {} bytes waiting, full {} times",
          session.name(),
          stats.messagesIn(),
          stats.messagesOut(),
          stats.queuedBytes(),
          stats.queueFull());
      // end::guide-stats[]
    }
  }

  @Test
  void micrometer() {
    // tag::guide-micrometer[]
    MeterRegistry registry = new SimpleMeterRegistry(); // or the one that your monitoring reads
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .name("prices")
            .observer(TransportMetrics.observer(registry))
            .onMessage((session, text) -> session.send(text))
            .start();
    // end::guide-micrometer[]
    try (server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> {})
                .start()) {
      client.session().send("x");
      await()
          .until(() ->
              registry
                      .get("gannet.messages")
                      .tags("endpoint", "prices", "direction", "in")
                      .counter()
                      .count()
                  == 1);
    }
  }
}
