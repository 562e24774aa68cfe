package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.gannet.transport.StopMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests this implementation with the conversations of docs/wire-frames.json, which are meant for
 * other implementations as well.
 */
class WireFramesTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  record Text(String text) {}

  record Nap(long millis) {}

  interface EchoService {
    Text echo(Text text);

    void fail(Text text);

    Nap sleep(Nap nap) throws InterruptedException;
  }

  private static final class Demo implements EchoService {
    @Override
    public Text echo(Text text) {
      return text;
    }

    @Override
    public void fail(Text text) {
      throw new IllegalStateException(text.text());
    }

    @Override
    public Nap sleep(Nap nap) throws InterruptedException {
      Thread.sleep(nap.millis());
      return nap;
    }
  }

  private static JsonNode file() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(Path.of("../docs/wire-frames.json")));
  }

  private static Stream<JsonNode> conversations(String tested) throws IOException {
    return file()
        .get("conversations")
        .valueStream()
        .filter(conversation -> conversation.get("tested").asString().equals(tested));
  }

  static Stream<JsonNode> ofServers() throws IOException {
    return conversations("server");
  }

  static Stream<JsonNode> ofClients() throws IOException {
    return conversations("client");
  }

  @ParameterizedTest
  @MethodSource("ofServers")
  void aServerSendsTheFramesOfEachConversation(JsonNode conversation) throws Exception {
    RpcServer server = fixture.start(fixture.server().service(EchoService.class, new Demo()));
    Tester tester = new Tester(new WirePeer(fixture.connect(server)), null, server);
    tester.go(conversation);
  }

  @ParameterizedTest
  @MethodSource("ofClients")
  void aClientSendsTheFramesOfEachConversation(JsonNode conversation) throws Exception {
    RawServer listening = fixture.closing(RawServer.start());
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("127.0.0.1", listening.port()))
                .service(EchoService.class, new Demo()));
    try (RawPeer peer = listening.accept()) {
      new Tester(new WirePeer(peer), client, null).go(conversation);
      client.stop(StopMode.NOW);
    }
  }

  @Test
  void eachConversationHasAName() throws IOException {
    List<String> names =
        file()
            .get("conversations")
            .valueStream()
            .map(one -> one.get("tested").asString() + " " + one.get("name").asString())
            .toList();
    assertThat(names).hasSizeGreaterThan(30).doesNotHaveDuplicates();
  }

  /** The other side of a conversation. */
  private static final class Tester {
    private final WirePeer peer;
    private final @Nullable RpcClient client;
    private final @Nullable RpcServer server;
    private @Nullable String id;
    private @Nullable CompletableFuture<?> call;

    Tester(WirePeer peer, @Nullable RpcClient client, @Nullable RpcServer server) {
      this.peer = peer;
      this.client = client;
      this.server = server;
    }

    void go(JsonNode conversation) throws Exception {
      for (JsonNode step : conversation.get("steps").values()) {
        String what = step.propertyNames().iterator().next();
        JsonNode content = step.get(what);
        switch (what) {
          case "send" -> peer.send(content.asString().replace("[id]", String.valueOf(id)));
          case "sendRaw" -> peer.raw().write(Hex.bytes(content.asString()));
          case "expect" -> expect(content.asString());
          case "end" -> peer.raw().expectEnd(Duration.ofSeconds(5));
          case "drain" -> server.stop(StopMode.DRAIN);
          case "call" -> call(content);
          case "result" -> {
            Object result = call.get(10, TimeUnit.SECONDS);
            assertThat(result).isEqualTo(new Json(content.asString()));
          }
          case "failure" -> expectFailure(content);
          default -> throw new IllegalArgumentException("there is no step '" + what + "'");
        }
      }
    }

    private void call(JsonNode content) {
      id = null;
      await().until(() -> !client.connections().isEmpty());
      CallOptions options =
          CallOptions.defaults()
              .withTimeout(Duration.ofMillis(content.get("timeoutMillis").asLong()));
      call =
          client
              .callAsync(
                  content.get("method").asString(),
                  Json.class,
                  options,
                  List.of(new Json(content.get("json").asString())))
              .toCompletableFuture();
    }

    private void expectFailure(JsonNode expected) throws Exception {
      try {
        throw new AssertionError("it has a result: " + call.get(10, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        RpcException failure = (RpcException) e.getCause();
        assertThat(failure.code().name()).isEqualTo(expected.get("code").asString());
        assertThat(failure.notStarted()).isEqualTo(expected.get("notStarted").asBoolean());
        if (expected.has("message")) {
          assertThat(failure).hasMessage(expected.get("message").asString());
          assertThat(failure.remoteType()).isEqualTo(expected.get("type").stringValue(null));
          assertThat(JsonMapper.shared().<JsonNode>valueToTree(failure.details()))
              .isEqualTo(expected.get("details"));
        }
      }
    }

    /** Reads a frame, and compares it with a pattern. */
    private void expect(String pattern) {
      String frame = peer.read();
      int at = 0;
      for (String part : pattern.split(" ", -1)) {
        int length =
            switch (part) {
              case "[id]", "[millis]" -> 8;
              case "[code]", "[any]" -> 2;
              case "[text]" -> 4 + 2 * Integer.parseInt(frame.substring(at, at + 4), 16);
              case "[rest]" -> frame.length() - at;
              default -> part.length();
            };
        assertThat(frame.length())
            .as("%s as %s", frame, pattern)
            .isGreaterThanOrEqualTo(at + length);
        String found = frame.substring(at, at + length);
        at += length;
        if (part.equals("[id]")) {
          assertThat(found).isEqualTo(id == null ? found : id);
          id = found;
        } else if (part.equals("[code]")) {
          assertThat(found).isNotEqualTo("00");
        } else if (!part.startsWith("[")) {
          assertThat(found).as("%s as %s", frame, pattern).isEqualTo(part);
        }
      }
      assertThat(at).as("%s as %s", frame, pattern).isEqualTo(frame.length());
    }
  }
}
