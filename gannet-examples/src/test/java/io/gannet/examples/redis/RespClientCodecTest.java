package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.WriteBuffer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespClientCodecTest {

  private static final String MIXED =
      String.join(
          "\r\n", "+OK", "-ERR no", ":-7", "$3", "a\r\n", "$-1", "$0", "", "*0", "*-1", "*2", "*2",
          ":1", "$1", "x", "*0", "");

  private final List<Resp> replies = new CopyOnWriteArrayList<>();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final AtomicLong uses = new AtomicLong();
  private final RawServer server = RawServer.start();
  private final Client<Resp> client =
      Client.tcp("127.0.0.1", server.port())
          .codecPerSession(() -> new Counting(new RespClientCodec(), uses))
          .listener(
              new SessionListener<Resp>() {
                @Override
                public void onMessage(Session<Resp> session, Resp reply) {
                  replies.add(reply);
                }

                @Override
                public void onClose(Session<Resp> session, CloseReason reason) {
                  closed.complete(reason);
                }
              })
          .maxMessageSize(128 << 10)
          .noReconnect()
          .start();
  private final RawPeer peer = server.accept();

  @AfterEach
  void stop() {
    client.stop(StopMode.NOW);
    peer.close();
    server.close();
  }

  /** Counts the reads of a codec. */
  private record Counting(Codec<Resp> codec, AtomicLong uses) implements Codec<Resp> {
    @Override
    public @Nullable Resp decode(CodecContext context, ReadBuffer in) {
      ReadBuffer counted =
          (ReadBuffer)
              Proxy.newProxyInstance(
                  ReadBuffer.class.getClassLoader(),
                  new Class<?>[] {ReadBuffer.class},
                  (proxy, method, args) -> {
                    uses.incrementAndGet();
                    try {
                      return method.invoke(in, args);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
      return codec.decode(context, counted);
    }

    @Override
    public void encode(CodecContext context, Resp message, WriteBuffer out) {
      codec.encode(context, message, out);
    }

    @Override
    public int bufferedBytes() {
      return codec.bufferedBytes();
    }
  }

  @Test
  void repliesMayBeCutAnywhere() {
    peer.writeText(MIXED);
    peer.writeEachByte(MIXED.getBytes(UTF_8));

    await().until(() -> replies.size() == 18);
    List<String> expected =
        List.of("OK", "(error) ERR no", "-7", "a\r\n", "(nil)", "", "[]", "[]", "[[1, x], []]");
    List<String> texts = replies.stream().map(RedisClient::text).toList();
    assertThat(texts.subList(0, 9)).isEqualTo(expected);
    assertThat(texts.subList(9, 18)).isEqualTo(expected);
  }

  @Test
  void theWorkForAnArrayGrowsWithItsBytesAndNotWithTheirSquare() {
    int items = 2_000;
    String reply = "*" + items + "\r\n" + ":1\r\n".repeat(items);

    peer.writeEachByte(reply.getBytes(UTF_8));

    await().until(() -> replies.size() == 1);
    assertThat(((Resp.Many) replies.getFirst()).items()).hasSize(items);
    assertThat(uses.get()).isLessThan(20L * reply.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {":1\r\n", "$10\r\n0123456789\r\n"})
  void anArrayThatIsTooLargeEndsTheSession(String item) throws Exception {
    peer.writeText("*1000000\r\n" + item.repeat((128 << 10) / item.length()));
    assertThat(closed.get(20, TimeUnit.SECONDS).kind())
        .isEqualTo(CloseReason.Kind.MESSAGE_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$200000\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        "!\r\n",
        ":1\n",
        "$-2\r\n",
        ":x\r\n"
      })
  void whatIsNoReplyEndsTheSession(String text) throws Exception {
    peer.writeText(text);
    assertThat(closed.get(20, TimeUnit.SECONDS).kind())
        .isIn(CloseReason.Kind.DECODE_FAILED, CloseReason.Kind.MESSAGE_TOO_LARGE);
  }
}
