package io.gannet.examples.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.gannet.transport.Requests;
import io.gannet.transport.Server;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RedisClientTest {

  private static final Logger log = LoggerFactory.getLogger(RedisClientTest.class);

  private final Map<String, String> published = new ConcurrentHashMap<>();
  private Server<Resp> server;
  private RedisClient redis;

  /** Uses a real server if the property has its port. The example server answers the same. */
  @BeforeEach
  void start() {
    Integer port = Integer.getInteger("gannet.redis.port");
    server = RedisServer.builder("127.0.0.1", 0).start();
    redis = new RedisClient("127.0.0.1", port == null ? server.port() : port, published::put);
    redis.call("DEL", "a", "n");
  }

  @AfterEach
  void stop() {
    redis.close();
    server.stop(StopMode.NOW);
  }

  private String run(String... words) {
    return RedisClient.text(redis.call(words));
  }

  @Test
  void eachCommandHasItsReply() {
    assertThat(run("PING")).isEqualTo("PONG");
    assertThat(run("SET", "a", "1\r\n2")).isEqualTo("OK");
    assertThat(run("GET", "a")).isEqualTo("1\r\n2");
    assertThat(run("GET", "nothing")).isEqualTo("(nil)");
    assertThat(run("INCR", "n")).isEqualTo("1");
    assertThat(run("NONSENSE")).startsWith("(error) ERR unknown command");
    assertThat(run("ECHO", "x".repeat(100_000))).hasSize(100_000);
  }

  @Test
  void theGuide() throws Exception {
    int port = server.port();
    // tag::guide-requests[]
    Requests<Resp> requests =
        Requests.<Resp>ordered()
            .withTimeout(Duration.ofSeconds(2))
            .withUnsolicited(RedisClient::isPublished); // of channels
    Client<Resp> client =
        Client.tcp("127.0.0.1", port)
            .codecPerSession(RespClientCodec::new)
            .listener(requests.listener((session, message) -> log.info("published: {}", message)))
            .start();

    Resp reply = requests.call(client.session(), RedisClient.command("SET", "a", "1")); // waits
    CompletableFuture<Resp> count =
        requests.callAsync(client.session(), RedisClient.command("INCR", "a")); // doesn't
    count.thenAccept(value -> log.info("it is {} now", value));
    // end::guide-requests[]
    assertThat(reply).isEqualTo(new Resp.Status("OK"));
    assertThat(count.get(20, TimeUnit.SECONDS)).isEqualTo(new Resp.Int(2));
    client.close();
  }

  @Test
  void whateverThreadsAskEachGetsItsOwnReply() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int thread = i;
        all.add(
            executor.submit(() -> {
              List<String> wrong = new ArrayList<>();
              for (int call = 0; call < 100; call++) {
                String text = thread + "-" + call;
                String reply = run("ECHO", text);
                if (!reply.equals(text)) {
                  wrong.add(text + " got " + reply);
                }
              }
              return wrong;
            }));
      }
      for (Future<List<String>> each : all) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEmpty();
      }
    }
  }

  @Test
  void requestsOfOneThreadAreDoneInTheirOrderWithoutWaitingForEach() throws Exception {
    List<CompletableFuture<Resp>> replies = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      replies.add(redis.callAsync("INCR", "n"));
    }
    for (int i = 0; i < 500; i++) {
      assertThat(replies.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(new Resp.Int(i + 1));
    }
  }

  @Test
  void whatIsPublishedComesBetweenTheReplies() {
    assertThat(run("SUBSCRIBE", "news")).isEqualTo("[subscribe, news, 1]");
    try (RedisClient other =
        new RedisClient(
            "127.0.0.1", Integer.getInteger("gannet.redis.port", server.port()), published::put)) {
      other.call("PUBLISH", "news", "hello");
    }
    await().until(() -> "hello".equals(published.get("news")));
    assertThat(run("PING")).isEqualTo("[pong, ]");
  }

  @Test
  void whatIsNoReplyEndsTheSession() {
    try (RawServer strange = RawServer.start();
        RedisClient client = new RedisClient("127.0.0.1", strange.port(), published::put);
        RawPeer peer = strange.accept()) {
      CompletableFuture<Resp> reply = client.callAsync("PING");
      peer.writeText("?what\r\n");

      assertThatThrownBy(() -> reply.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SessionClosedException.class);
    }
  }
}
