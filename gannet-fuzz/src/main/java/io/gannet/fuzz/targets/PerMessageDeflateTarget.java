package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.websocket.BareFrames;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Messages that are compressed with {@code permessage-deflate}. The server's result must be equal
 * to that of {@link Rfc6455}, and to the original if it was compressed correctly.
 */
public final class PerMessageDeflateTarget implements Target {

  private static final int MAX_FRAGMENTS = 1024;
  private static final int LIMIT = 2000;
  private static final byte[] MASK = {0, 0, 0, 0};

  private static final Layer LAYER = new BareFrames(true, LIMIT, MAX_FRAGMENTS, true);

  @Override
  public String name() {
    return "permessage-deflate";
  }

  @Override
  public String description() {
    return "compressed messages of WebSocket";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.websocket.**");
  }

  @Override
  public int maxLength() {
    return 250;
  }

  @Override
  public List<byte[]> seeds() {
    byte[] hello = HexFormat.of().parseHex("f248cdc9c90700");
    byte[] again = HexFormat.of().parseHex("f200110000");
    byte[] last = HexFormat.of().parseHex("f348cdc9c9070000");
    return List.of(
        Input.of(
            new int[] {0, 3},
            WebSocketTarget.join(
                WebSocketTarget.frame(0xc1, MASK, hello),
                WebSocketTarget.frame(0xc1, MASK, again),
                WebSocketTarget.frame(0x81, MASK, "plain".getBytes(UTF_8)),
                WebSocketTarget.frame(0xc1, MASK, last),
                WebSocketTarget.frame(0xc1, MASK, hello))),
        Input.of(
            new int[] {0, 0},
            WebSocketTarget.join(
                WebSocketTarget.frame(0x41, MASK, Arrays.copyOf(hello, 3)),
                WebSocketTarget.frame(0x89, MASK, new byte[0]),
                WebSocketTarget.frame(0x80, MASK, Arrays.copyOfRange(hello, 3, hello.length)))),
        Input.of(new int[] {1, 2, 40, 1, 7, 30, 2, 1, 200, 4, 30, 0, 0}, new byte[0]));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    boolean proper = input.choice(2) == 1 && input.isOneIn(4); // deflating is expensive
    int cut = input.choice();
    List<Object> sent = new ArrayList<>();
    byte[] frames = proper ? frames(input, sent) : input.rest();
    List<Object> whole = events(frames, -1);
    Finding.unlessSame("results of whole and of split bytes", whole, events(frames, cut));
    List<Object> messages = whole.stream().filter(event -> event instanceof List<?>).toList();
    try (Rfc6455.Inflating inflating = new Rfc6455.Inflating()) {
      List<Object> expected = Rfc6455.messages(frames, true, LIMIT, MAX_FRAGMENTS, inflating);
      int counts = inflating.says() ? messages.size() : Math.min(expected.size(), messages.size());
      Finding.unlessSame("messages and those of RFC 7692", expected, messages.subList(0, counts));
    }
    if (proper) {
      Finding.unlessSame("messages that were sent and received", sent, messages);
    }
  }

  private static List<Object> events(byte[] frames, int cut) {
    try (Connection<WebSocketMessage> connection =
        new Connection<>(
            Codecs.webSocketMessages(), LIMIT, List.of(LAYER), WebSocketTarget::comparable)) {
      if (cut < 0) {
        connection.feed(frames);
      } else {
        connection.feed(frames, new Splits(cut));
      }
      connection.end();
      return connection.events();
    }
  }

  /** Returns messages that are compressed and split in ways that RFC 7692 allows. */
  private static byte[] frames(Input input, List<Object> sent) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      while (input.left() > 0 && sent.size() < 8) {
        int length = input.choice();
        int how = input.choice(4);
        byte[] text = new byte[length * 3];
        for (int i = 0; i < text.length; i++) {
          text[i] = (byte) ('a' + (i * length + i / 7) % 26);
        }
        sent.add(List.of("text", new String(text, US_ASCII)));
        byte[] content = how == 0 ? text : deflated(deflater, text, how);
        cutUp(all, how == 0 ? 0x01 : 0x41, content, input.choice());
      }
    } finally {
      deflater.end();
    }
    return all.toByteArray();
  }

  private static byte[] deflated(Deflater deflater, byte[] text, int how) {
    byte[] out = new byte[text.length + 100];
    deflater.setInput(text);
    if (how == 3) { // with BFINAL set, RFC 7692, section 7.2.3.4
      deflater.finish();
      int length = deflater.deflate(out, 0, out.length - 1);
      deflater.reset();
      return Arrays.copyOf(out, length + 1);
    }
    int flush = how == 1 ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
    int length = deflater.deflate(out, 0, out.length, flush);
    // A second flush has no output. The message is then an empty block, as in section 7.2.3.6.
    return length == 0 ? new byte[1] : Arrays.copyOf(out, length - 4);
  }

  private static void cutUp(ByteArrayOutputStream all, int kind, byte[] content, int cut) {
    Splits splits = new Splits(cut);
    int from = 0;
    int code = kind;
    do {
      int to = from == content.length ? from : from + splits.next(content.length - from);
      boolean last = to == content.length;
      byte[] piece = Arrays.copyOfRange(content, from, to);
      all.writeBytes(WebSocketTarget.frame(code | (last ? 0x80 : 0), MASK, piece));
      code = 0;
      from = to;
    } while (from < content.length);
  }
}
