package io.gannet.transport.internal.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.CloseReason;
import io.gannet.transport.WebSocketHandshake;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.ConnectionContexts;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Malformed handshakes, in pieces of all sizes. Each must end in an answer or in a session, and
 * release all buffers. {@code -Dgannet.fuzz.handshakes} sets their number, {@code
 * -Dgannet.fuzz.seed} the first seed. Each input has the seed plus its number as its own seed,
 * which a failure reports.
 */
@Timeout(7200)
class HandshakeFuzzTest {

  private static final int INPUTS = Integer.getInteger("gannet.fuzz.handshakes", 2_500);
  private static final long SEED = Long.getLong("gannet.fuzz.seed", 20_261_130);
  private static final int MAX_MESSAGE = 4096;
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final String[] LINES = {
    "GET / HTTP/1.1",
    "GET /chat?token=%41&b HTTP/1.1",
    "GET http://host/chat HTTP/1.1",
    "GET http://my_host?x HTTP/1.1",
    "GET /%zz HTTP/1.1",
    "GET /?token=%z HTTP/1.1",
    "GET * HTTP/1.1",
    "GET  /  HTTP/1.1",
    "GET /#f HTTP/1.1",
    "GET /none HTTP/1.1",
    "POST / HTTP/1.1",
    "HEAD / HTTP/1.1",
    "CONNECT host:80 HTTP/1.1",
    "PRI * HTTP/2.0",
    "GET / HTTP/1.0",
    "GET / HTTP/9.9",
    "GET /",
    "\r\n\r\nGET / HTTP/1.1",
    "",
  };

  private static final String[] ANSWER_LINES = {
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 101",
    "HTTP/1.0 101 X",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 X",
    "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 101 X",
    "HTTP/1.1 199",
    "HTTP/1.1 200 OK",
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 302 Found",
    "HTTP/1.1 401 Unauthorized",
    "HTTP/1.1 503 \u001b[31m",
    "HTTP/1.1 999999999999 X",
    "HTTP/1.1 -1 X",
    "HTTP/2.0 101 X",
    "SSH-2.0-OpenSSH_9.2",
    "\u0015\u0003\u0001\u0000\u0002",
    "",
  };

  private static final String[] REQUEST_HEADERS = {
    "Host: host",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: " + KEY,
  };

  /** Text that the mutations insert into requests and answers. */
  private static final String[] MORE = {
    "Sec-WebSocket-Extensions: permessage-deflate",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=x",
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15",
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\"1",
    "Sec-WebSocket-Extensions: a;b=\"\\",
    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
        + " client_no_context_takeover",
    "Sec-WebSocket-Extensions: ,;=\"",
    "Sec-WebSocket-Extensions:",
    "Sec-WebSocket-Protocol: v2, v1",
    "Sec-WebSocket-Protocol: v3",
    "Sec-WebSocket-Version: 8",
    "Sec-WebSocket-Key: short",
    "Sec-WebSocket-Key1: 1 2 3",
    "Sec-WebSocket-Origin: a\r\nSec-WebSocket-Location: b",
    "Sec-WebSocket-Accept: x",
    "Origin: http://host",
    "Origin: http://[::1",
    "Origin: null",
    "Host: [::1]:80",
    "Host: [",
    "Host: []",
    "Host: a:b:c",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: 8000",
    "Content-Length: 99999999999999999999",
    "Content-Length: -1",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Expect: 100-continue",
    "Expect: x",
    "Upgrade: h2c",
    "Upgrade: HTTP/1.1",
    "Connection: close",
    "Connection: ,",
    " folded: x",
    "\tfolded",
    ": x",
    "x",
    "a b: c",
    "X: \u0000\u0001",
    "X: \u00ff\u00fe",
    "X: a\rb",
    "Cookie: a=b",
  };

  /** Counts the unreleased bytes exactly, after each input. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

  private final Map<String, Integer> outcomes = new TreeMap<>();

  @Test
  void anyRequestIsAnsweredAndReleased() {
    WebSocketOptions options =
        WebSocketOptions.defaults()
            .withPaths("/", "/chat")
            .withSubprotocols("v1", "v2")
            .withGuard(HandshakeFuzzTest::lookAtAll);
    Layer plain = server(options);
    Layer compressing = server(options.withCompression());
    Layer withPage = server(options.withPage("<p>page</p>").withCompression());
    for (int i = 0; i < INPUTS; i++) {
      Random random = new Random(SEED + i);
      Layer layer = pick(random, List.of(plain, compressing, compressing, withPage));
      byte[] request = message(random, pick(random, LINES, 0.5), List.of(REQUEST_HEADERS));

      Outcome outcome = run(layer, random, i, key -> request);

      String status = outcome.answer.isEmpty() ? "nothing" : outcome.answer.substring(9, 12);
      assertThat(status).as(what(i)).isNotEqualTo("500");
      assertThat(outcome.opened).as(what(i)).isEqualTo(status.equals("101"));
      if (outcome.failed && !outcome.inputEnded) {
        assertThat(status).as(what(i)).isNotEqualTo("nothing");
      }
      boolean compressed = outcome.opened && outcome.answer.contains("permessage-deflate");
      count(compressed ? "101 compressed" : status);
    }
    assertThat(outcomes)
        .containsKeys("101", "101 compressed", "200", "400", "403", "404", "426", "505", "nothing");
  }

  @Test
  void anyResponseEndsTheAttemptOrOpensASessionAndIsReleased() {
    URI uri = URI.create("ws://host/chat");
    WebSocketOptions options = WebSocketOptions.defaults();
    Layer plain = new ClientLayer(uri, options, MAX_MESSAGE);
    Layer rich =
        new ClientLayer(uri, options.withCompression().withSubprotocols("v1", "v2"), MAX_MESSAGE);
    for (int i = 0; i < INPUTS; i++) {
      Random random = new Random(SEED + i);
      Layer layer = random.nextBoolean() ? plain : rich;
      List<String> protocol =
          layer.equals(rich) && random.nextInt(4) > 0
              ? List.of("Sec-WebSocket-Protocol: v2")
              : List.of();

      Outcome outcome =
          run(
              layer,
              random,
              i,
              key -> {
                List<String> headers =
                    new ArrayList<>(List.of("Connection: Upgrade", "Upgrade: websocket"));
                headers.addAll(protocol);
                headers.add("Sec-WebSocket-Accept: " + accept(key));
                return message(random, pick(random, ANSWER_LINES, 0.5), headers);
              });

      assertThat(outcome.opened && outcome.failedFirst).as(what(i)).isFalse();
      count(
          outcome.opened
              ? outcome.came.contains("permessage-deflate") ? "opened compressed" : "opened"
              : outcome.failed ? outcome.kind() : "waits");
    }
    assertThat(outcomes)
        .containsKeys("opened", "opened compressed", "waits", "refused", "not HTTP", "malformed");
  }

  private static Layer server(WebSocketOptions options) {
    return new ServerLayer(
        options, Set.copyOf(options.paths()), MAX_MESSAGE, new FailureLog("io.gannet.fuzz"));
  }

  private static void lookAtAll(WebSocketHandshake handshake) {
    handshake.parameter("token");
    handshake.headerNames().forEach(handshake::headers);
    assertThat(handshake.path()).startsWith("/");
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private static String what(int i) {
    return "input %d of -Dgannet.fuzz.seed=%d".formatted(i, SEED);
  }

  private static String accept(String key) {
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  // ---------------------------------------------------------------- inputs

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Returns the first value, which is valid, with the given frequency; otherwise another one. */
  private static String pick(Random random, String[] from, double first) {
    return random.nextDouble() < first ? from[0] : from[random.nextInt(from.length)];
  }

  private static byte[] message(Random random, String line, List<String> valid) {
    List<String> headers = new ArrayList<>(valid);
    for (int changes = random.nextInt(5); changes > 0; changes--) {
      switch (random.nextInt(10)) {
        case 0 -> headers.remove(random.nextInt(headers.size() + 1) % Math.max(1, headers.size()));
        case 1 -> headers.add(pick(random, headers.isEmpty() ? List.of("x") : headers));
        case 2 -> headers.add("X-Long: " + "x".repeat(random.nextInt(20_000)));
        case 3 -> Collections.shuffle(headers, random);
        default ->
            headers.add(random.nextInt(headers.size() + 1), MORE[random.nextInt(MORE.length)]);
      }
      if (headers.isEmpty()) {
        headers.add("X: y");
      }
    }
    String end = random.nextInt(20) == 0 ? "\n\n" : "\r\n\r\n";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes((line + "\r\n" + String.join("\r\n", headers) + end).getBytes(ISO_8859_1));
    if (random.nextInt(8) == 0) {
      corrupt(random, all);
    }
    all.writeBytes(behind(random));
    return all.toByteArray();
  }

  private static void corrupt(Random random, ByteArrayOutputStream all) {
    byte[] bytes = all.toByteArray();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    all.reset();
    all.write(bytes, 0, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
  }

  /** A body, the next request, frames that don't wait for the answer. */
  private static byte[] behind(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "hello".getBytes(ISO_8859_1);
      case 1 -> "x".repeat(8_000).getBytes(ISO_8859_1);
      case 2 -> "x".repeat(100_000).getBytes(ISO_8859_1);
      case 3 -> "5\r\nhello\r\n0\r\n\r\n".getBytes(ISO_8859_1);
      case 4 -> "5;x=\"\r\nhello\r\nzz\r\n".getBytes(ISO_8859_1);
      case 5 -> "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(200).getBytes(ISO_8859_1);
      case 6 -> new byte[] {(byte) 0x81, (byte) 0x82, 1, 2, 3, 4, 'h' ^ 1, 'i' ^ 2};
      case 7 -> new byte[] {(byte) 0xC1, (byte) 0x83, 0, 0, 0, 0, (byte) 0xCA, 0, 0};
      case 8 -> new byte[] {(byte) 0x81, 2, 'h', 'i', (byte) 0x88, 0};
      case 9 ->
          random
              .ints(random.nextInt(300))
              .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::write, (a, b) -> {})
              .toByteArray();
      default -> new byte[0];
    };
  }

  // ---------------------------------------------------------------- one connection

  private interface Peer {
    byte[] sends(String key);
  }

  private Outcome run(Layer layer, Random random, int number, Peer peer) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    ConnectionContext connection = ConnectionContexts.create(channel);
    layer.addTo(channel.pipeline(), connection);
    Outcome outcome = new Outcome(connection);
    channel.pipeline().addLast(outcome);
    channel.pipeline().fireChannelActive();
    String asked = written(channel);
    byte[] bytes = peer.sends(asked.isEmpty() ? "" : between(asked, "sec-websocket-key: ", "\r"));
    outcome.came = new String(bytes, ISO_8859_1);
    feed(channel, random, bytes);
    channel.runPendingTasks();
    if (random.nextInt(4) == 0 && channel.isOpen()) {
      outcome.inputEnded = true;
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    outcome.answer = written(channel);
    outcome.ended = true;
    channel.finishAndReleaseAll();
    assertThat(outcome.untold).as(what(number)).isNull();
    assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
        .as("bytes left by " + what(number) + ", answered with " + outcome.answer)
        .isZero();
    return outcome;
  }

  private void feed(EmbeddedChannel channel, Random random, byte[] bytes) {
    int largest = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : bytes.length + 1;
    for (int from = 0; from < bytes.length && channel.isOpen(); ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(largest));
      if (bytes.length > 5_000 && largest < 1_000 && from > 1_000) {
        to = bytes.length; // in small pieces where it matters
      }
      ByteBuf piece = allocator.buffer(to - from).writeBytes(Arrays.copyOfRange(bytes, from, to));
      channel.writeInbound(piece);
      from = to;
    }
  }

  private static String written(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(((ByteBuf) part).toString(ISO_8859_1));
      ReferenceCountUtil.release(part);
    }
    return text.toString();
  }

  private static String between(String text, String before, String after) {
    int start = text.indexOf(before) + before.length();
    return text.substring(start, text.indexOf(after, start));
  }

  /** Takes the place of the session, and records the outcome. */
  private static final class Outcome extends ChannelInboundHandlerAdapter
      implements Framing.Receiver {

    private final ConnectionContext connection;
    private String came = "";
    private String answer = "";
    private String message = "";
    private boolean opened;
    private boolean failed;
    private boolean failedFirst;
    private boolean inputEnded;
    private boolean ended;
    private boolean served;
    private @Nullable Throwable untold;

    Outcome(ConnectionContext connection) {
      this.connection = connection;
    }

    String kind() {
      return message.contains("refused")
          ? "refused"
          : message.contains("is not HTTP")
              ? "not HTTP"
              : message.contains("malformed HTTP") ? "malformed" : "improper";
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      assertThat(opened || failed).isFalse();
      opened = true;
      Framing framing = ConnectionContexts.framing(connection);
      framing.attach(this);
      framing.resume();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!opened && !failed && !served && !(cause instanceof HandshakeException)) {
        untold = cause;
      }
      failed |= !ended;
      failedFirst |= !opened;
      message = String.valueOf(cause.getMessage());
      context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == Layer.Event.SERVED) {
        served = true;
        context.close();
      } else if (event == ChannelInputShutdownEvent.INSTANCE && !opened) {
        context.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public boolean holdsBack() {
      return false;
    }

    @Override
    public int maxMessageSize() {
      return MAX_MESSAGE;
    }

    @Override
    public void beginRead() {}

    @Override
    public boolean message(ByteBuf content, boolean text) {
      content.release();
      return true;
    }

    @Override
    public void endOfRead(int incomplete) {}

    @Override
    public void spoiled(Throwable cause) {}

    @Override
    public void violated(CloseReason why) {}

    @Override
    public void peerEnded(CloseReason why) {}
  }
}
