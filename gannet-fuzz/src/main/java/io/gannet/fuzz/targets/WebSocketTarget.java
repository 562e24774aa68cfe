package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.websocket.BareFrames;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket frames, received by servers and by clients. The results of Gannet's own decoder, of
 * Netty's decoder and of {@link Rfc6455} must be equal.
 */
public final class WebSocketTarget implements Target {

  private static final int MAX_FRAGMENTS = 8;
  private static final int[] LIMITS = {4096, 40};
  private static final int MAX_PIECES = 64;

  /** Choices from here on are sizes around the boundary of a header with 64 bits. */
  private static final int LARGE = 250;

  private static final int SMALLEST_64_BIT_LENGTH = 65_536;

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public String description() {
    return "frames of WebSocket, masked and not";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.websocket.FrameDecoder",
        "io.gannet.transport.internal.websocket.FrameHandler",
        "io.gannet.transport.internal.websocket.FrameEncoder",
        "io.gannet.transport.internal.websocket.WholeFrames",
        "io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder",
        "io.netty.handler.codec.http.websocketx.Utf8Validator");
  }

  @Override
  public int maxLength() {
    return 300;
  }

  @Override
  public List<byte[]> seeds() {
    byte[] mask = {1, 2, 3, 4};
    byte[] text = "gr\u00fc\u00dfe".getBytes(UTF_8);
    byte[] masked =
        join(
            frame(0x81, mask, text),
            frame(0x82, mask, new byte[130]),
            frame(0x89, mask, "ping".getBytes(UTF_8)),
            frame(0x01, mask, text),
            frame(0x8a, mask, new byte[0]),
            frame(0x80, mask, text),
            frame(0x82, mask, new byte[0]),
            frame(0x88, mask, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'}));
    byte[] plain =
        join(
            frame(0x81, null, text),
            frame(0x02, null, new byte[] {1}),
            frame(0x00, null, new byte[0]),
            frame(0x80, null, new byte[] {2}),
            frame(0x82, null, new byte[200]),
            frame(0x88, null, new byte[0]));
    return List.of(
        Input.of(new int[] {0, 3, 0}, masked),
        Input.of(new int[] {0, 0, 1}, masked),
        Input.of(new int[] {1, 3, 0}, plain),
        Input.of(new int[] {1, 5, 1}, plain),
        Input.of(new int[] {2, 3, 0, 5, 200, 0, 126}, new byte[0]),
        Input.of(new int[] {3, 1, 0, 5, 1, 255, 7}, new byte[0]));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  static byte[] frame(int kind, byte @Nullable [] mask, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(kind);
    int bit = mask == null ? 0 : 0x80;
    if (content.length < 126) {
      out.write(bit | content.length);
    } else {
      out.write(bit | 126);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    if (mask != null) {
      out.writeBytes(mask);
    }
    for (int i = 0; i < content.length; i++) {
      out.write(mask == null ? content[i] : content[i] ^ mask[i % 4]);
    }
    return out.toByteArray();
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int what = input.choice(4);
    boolean server = what % 2 == 0;
    int cut = input.choice();
    int limit = LIMITS[input.choice(LIMITS.length)];
    if (what >= 2) {
      sendAndReceive(server, cut, input);
      return;
    }
    byte[] rest = input.rest();
    Outcome whole = outcome(server, limit, rest, Way.WHOLE, cut);
    Outcome netty = outcome(server, limit, rest, Way.NETTY, cut);
    Outcome pieces = outcome(server, limit, rest, Way.CUT, cut);
    Finding.unlessSame("what came of frames read here and by Netty", whole.events, netty.events);
    Finding.unlessSame("results of whole and of split bytes", whole.events, pieces.events);
    if (server) { // clients use random masks
      Finding.unlessSame("answers to whole and to cut bytes", whole.sent, pieces.sent);
      Finding.unlessSame("answers to frames read here and by Netty", whole.sent, netty.sent);
    }
    List<Object> messages =
        whole.events.stream().filter(event -> event instanceof List<?>).toList();
    Finding.unlessSame(
        "messages and those of RFC 6455",
        Rfc6455.messages(rest, server, limit, MAX_FRAGMENTS, null),
        messages);
  }

  private enum Way {
    WHOLE,
    CUT,
    NETTY
  }

  private record Outcome(List<Object> events, List<ByteBuffer> sent) {}

  private static Outcome outcome(boolean server, int limit, byte[] bytes, Way way, int cut) {
    try (Connection<WebSocketMessage> connection = connection(server, limit)) {
      switch (way) {
        case WHOLE -> connection.feed(bytes);
        case CUT -> connection.feed(bytes, new Splits(cut));
        case NETTY -> { // only Netty's buffer can be composite
          int half = bytes.length / 2;
          if (half > 0) {
            connection.feed(
                Unpooled.wrappedBuffer(
                    Unpooled.copiedBuffer(bytes, 0, half),
                    Unpooled.copiedBuffer(bytes, half, bytes.length - half)));
          } else {
            connection.feed(bytes);
          }
        }
      }
      connection.end();
      return new Outcome(connection.events(), List.of(ByteBuffer.wrap(connection.sent())));
    }
  }

  private static Connection<WebSocketMessage> connection(boolean server, int limit) {
    return new Connection<>(
        Codecs.webSocketMessages(),
        limit,
        List.of(new BareFrames(server, limit, MAX_FRAGMENTS, false)),
        WebSocketTarget::comparable);
  }

  static Object comparable(WebSocketMessage message) {
    return switch (message) {
      case WebSocketMessage.Text text -> List.of("text", text.text());
      case WebSocketMessage.Binary binary -> List.of("binary", ByteBuffer.wrap(binary.bytes()));
    };
  }

  /** Checks that a receiver gets what the other side sends. */
  private static void sendAndReceive(boolean server, int cut, Input input) {
    List<Object> sent = new ArrayList<>();
    byte[] bytes;
    try (Connection<WebSocketMessage> sender = connection(server, 1 << 17)) {
      Session<WebSocketMessage> session = Objects.requireNonNull(sender.session());
      while (input.left() > 0 && sent.size() < 4) {
        int choice = input.choice();
        int length = choice < LARGE ? choice : SMALLEST_64_BIT_LENGTH + choice - 253;
        WebSocketMessage message =
            choice % 2 == 0
                ? new WebSocketMessage.Text("x\u00fc".repeat(length / 2))
                : new WebSocketMessage.Binary(new byte[length]);
        sent.add(comparable(message));
        session.send(message);
        if (choice % 3 == 0) {
          sender.flush();
        }
      }
      sender.flush();
      bytes = sender.sent();
    }
    try (Connection<WebSocketMessage> receiver = connection(!server, 1 << 17)) {
      if (cut % 2 == 0) {
        receiver.feed(bytes);
      } else {
        int piece = Math.max(1 + cut * 37, bytes.length / MAX_PIECES);
        for (int from = 0; from < bytes.length; ) {
          int to = Math.min(bytes.length, from + piece);
          receiver.feed(bytes, from, to);
          from = to;
        }
      }
      Finding.unlessSame("what was sent and what was received", sent, receiver.events());
    }
  }
}
