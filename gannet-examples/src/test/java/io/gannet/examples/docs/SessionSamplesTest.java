package io.gannet.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Encoded;
import io.gannet.transport.IpFilter;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Requests;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.codec.Codecs;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions, listeners and sending, as docs/guide.md shows them. */
class SessionSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(SessionSamplesTest.class);

  // tag::guide-listener[]
  static final class ChatListener implements SessionListener<String> {
    private static final AttributeKey<String> NAME = AttributeKey.of("name");

    @Override
    public void onOpen(Session<String> session) {
      session.send("who are you?");
    }

    @Override
    public void onMessage(Session<String> session, String text) {
      if (session.get(NAME) == null) {
        session.set(NAME, text); // the first line of a session is its user's name
        session.setName(text);
      } else {
        session.endpoint().broadcast(session.get(NAME) + ": " + text);
      }
    }

    @Override
    public void onError(Session<String> session, Throwable error) {
      log.warn("session {}: {}", session.name(), error.toString());
    }

    @Override
    public void onClose(Session<String> session, CloseReason reason) {
      log.info("session {} closed: {}", session.name(), reason);
    }
  }

  // end::guide-listener[]

  @Test
  void listener() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (Server<String> server =
            Server.tcp("127.0.0.1", 0).codec(Codecs.lines()).listener(new ChatListener()).start();
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .connections(2)
                .onMessage((session, text) -> heard.add(text))
                .start()) {
      await().until(() -> client.sessionCount() == 2 && heard.size() == 2);
      client.broadcast("ann");
      await()
          .until(
              () -> server.sessions().stream().allMatch(session -> session.name().equals("ann")));
      client.session().send("hello");
      await()
          .untilAsserted(() ->
              assertThat(heard)
                  .containsExactlyInAnyOrder(
                      "who are you?", "who are you?", "ann: hello", "ann: hello"));
    }
  }

  @Test
  void setup() {
    AttributeKey<String> network = AttributeKey.of("network");
    // tag::guide-setup[]
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .listener(new ChatListener())
            .setup(connection -> {
              InetSocketAddress peer = (InetSocketAddress) connection.remoteAddress();
              if (peer.getPort() < 1024) {
                throw new IllegalStateException("refused: " + peer); // no session is created
              }
              connection
                  .attribute(network, peer.getAddress().isLoopbackAddress() ? "local" : "other")
                  .maxMessageSize(4096)
                  .readIdleTimeout(Duration.ofMinutes(5))
                  .socketOptions(SocketOptions.defaults().withNagle());
            })
            .start();
    // end::guide-setup[]
    try (server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> {})
                .start()) {
      client.session();
      await().until(() -> server.sessionCount() == 1);
      Session<String> session = server.sessions().iterator().next();
      assertThat(session.get(network)).isEqualTo("local");
      assertThat(session.maxMessageSize()).isEqualTo(4096);
    }
  }

  @Test
  void dispatch() {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    // tag::guide-dispatch[]
    Dispatch blocking = Dispatch.virtual(); // the default
    Dispatch fast = Dispatch.eventLoop();
    Dispatch own = Dispatch.executor(pool);
    // end::guide-dispatch[]
    try {
      for (Dispatch dispatch : List.of(blocking, fast, own)) {
        Queue<Boolean> virtual = new ConcurrentLinkedQueue<>();
        try (Server<String> server =
                Server.tcp("127.0.0.1", 0)
                    .codec(Codecs.lines())
                    .dispatch(dispatch)
                    .onMessage((session, text) -> virtual.add(Thread.currentThread().isVirtual()))
                    .start();
            Client<String> client = quietClient(server.port())) {
          client.session().send("x");
          await()
              .untilAsserted(() -> assertThat(virtual).containsExactly(dispatch.equals(blocking)));
        }
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void concurrentMessages() {
    // tag::guide-concurrent[]
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .onMessage((session, text) -> workers.submit(() -> session.send(slowAnswerTo(text))))
            .start();
    // end::guide-concurrent[]
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (workers;
        server;
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> heard.add(text))
                .start()) {
      client.session().sendAll(List.of("1", "2", "3"));
      await()
          .untilAsserted(
              () -> assertThat(heard).containsExactlyInAnyOrder("re: 1", "re: 2", "re: 3"));
    }
  }

  private static String slowAnswerTo(String text) {
    return "re: " + text;
  }

  @Test
  void sending() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (Server<String> server =
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .onMessage((session, text) -> heard.add(text))
                .start();
        Client<String> client = quietClient(server.port())) {
      Session<String> session = client.session();
      // tag::guide-send[]
      try {
        session.send("one"); // the policy decides what happens if the queue is full
      } catch (SendTimeoutException e) {
        log.warn("the peer has not read for the whole write timeout: {}", e.getMessage());
      } catch (QueueFullException e) {
        log.warn("the queue is full: {}", e.getMessage());
      } catch (SessionClosedException e) {
        log.warn("the session is closed: {}", e.reason());
      }
      if (!session.trySend("two")) {
        log.warn("the queue is full: not sent"); // never waits, whatever the policy
      }
      session
          .sendAsync("three")
          .whenComplete((written, failure) -> {
            if (failure != null) {
              log.warn("not passed to the operating system", failure);
            }
          });
      session.sendAll(List.of("four", "five")); // all or none, one write
      // end::guide-send[]
      await()
          .untilAsserted(
              () -> assertThat(heard).containsExactly("one", "two", "three", "four", "five"));
      session.close();
      await().until(() -> session.whenClosed().toCompletableFuture().isDone());
      assertThatThrownBy(() -> session.send("six")).isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void sendingMore() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    AttributeKey<String> room = AttributeKey.of("room");
    try (Server<String> server =
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .setup(connection -> connection.attribute(room, "blue"))
                .onMessage((session, text) -> {})
                .start();
        Server<String> other =
            Server.tcp(0).codec(Codecs.lines()).onMessage((session, text) -> {}).start();
        Client<String> client =
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.lines())
                .onMessage((session, text) -> heard.add(text))
                .start()) {
      client.session();
      await().until(() -> server.sessionCount() == 1);
      Session<String> session = server.sessions().iterator().next();
      // tag::guide-send-more[]
      session.send("in time or not at all", Duration.ofMillis(200));

      ByteBuffer bytes = ByteBuffer.wrap("bytes from another source\n".getBytes(UTF_8));
      session.sendEncoded(bytes); // or trySendEncoded, which never waits
      // end::guide-send-more[]

      // tag::guide-fan-out[]
      int blue = server.broadcast("for this room", each -> "blue".equals(each.get(room)));

      Encoded<String> news = Encoded.of(Codecs.lines(), "for all, encoded once");
      int all = 0;
      for (Server<String> each : List.of(server, other)) {
        all += each.broadcastEncoded(news); // takes a filter, too
      }
      // end::guide-fan-out[]
      assertThat(blue).isEqualTo(1);
      assertThat(all).isEqualTo(1);
      await()
          .untilAsserted(() ->
              assertThat(heard)
                  .containsExactly(
                      "in time or not at all",
                      "bytes from another source",
                      "for this room",
                      "for all, encoded once"));
    }
  }

  @Test
  void requestsWithKeys() {
    try (Server<String> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .onMessage((session, text) -> session.send(text.replace("?", "=21.5")))
            .start()) {
      // tag::guide-requests-keyed[]
      // Lines such as "7:temperature?", answered by "7:temperature=21.5".
      Requests<String> requests =
          Requests.keyed(
              request -> request.substring(0, request.indexOf(':')),
              message -> message.contains("=") ? message.substring(0, message.indexOf(':')) : null);
      Client<String> device =
          Client.tcp("127.0.0.1", server.port())
              .codec(Codecs.lines())
              .listener(requests.listener((session, text) -> log.info("unexpected: {}", text)))
              .start();

      String answer = requests.call(device.session(), "7:temperature?", Duration.ofSeconds(1));
      // end::guide-requests-keyed[]
      assertThat(answer).isEqualTo("7:temperature=21.5");
      device.close();
    }
  }

  @Test
  void policy() {
    // tag::guide-policy[]
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .queuePolicy(QueuePolicy.DROP) // slow viewers miss prices, others aren't affected
            .outboundQueue(64 * 1024, 16 * 1024)
            .writeStallTimeout(Duration.ofSeconds(10))
            .onMessage((session, text) -> {})
            .start();

    int reached = server.broadcast("EURUSD 1.0834");
    // end::guide-policy[]
    assertThat(reached).isZero();
    server.close();
  }

  @Test
  void serverLimits() {
    // tag::guide-server-limits[]
    Server<String> server =
        Server.tcp("127.0.0.1", 0)
            .codec(Codecs.lines())
            .alsoListen("127.0.0.1", 0)
            .maxSessions(10_000)
            .acceptRate(500, 1_000) // per second, and at once after an idle time
            .ipFilter(IpFilter.allow("127.0.0.0/8", "10.0.0.0/8", "::1"))
            .socketOptions(
                SocketOptions.defaults().withKeepAlive(Duration.ofMinutes(2)).withBacklog(4096))
            .onMessage((session, text) -> session.send(text))
            .start();
    log.info("listening on {}", server.addresses());
    // end::guide-server-limits[]
    assertThat(server.addresses()).hasSize(2);
    server.close();
  }

  private static Client<String> quietClient(int port) {
    return Client.tcp("127.0.0.1", port)
        .codec(Codecs.lines())
        .onMessage((session, text) -> {})
        .start();
  }
}
