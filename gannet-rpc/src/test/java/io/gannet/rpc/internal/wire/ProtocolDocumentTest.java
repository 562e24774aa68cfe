package io.gannet.rpc.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The frames in docs/wire-protocol.md equal those that the code writes and reads. */
class ProtocolDocumentTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- (frame|part): ([a-z-]+) -->\\n```\\n([0-9A-F\\s]+)```");

  private static Map<String, Frame> frames() {
    Map<String, Frame> frames = new LinkedHashMap<>();
    frames.put(
        "hello",
        new Frame.Hello(
            1, 1, 4 << 20, 1024, Metadata.empty(), true, new Frame.Window(256, 256 << 10)));
    frames.put(
        "request",
        new Frame.Request(
            1,
            false,
            10_000,
            "Greeter/hello",
            Metadata.empty(),
            json("\"world\""),
            Frame.NO_LIMIT));
    frames.put(
        "reply-begins", new Frame.ReplyBegins(1, Metadata.of("user", "ada"), Frame.NO_LIMIT));
    frames.put(
        "response",
        new Frame.Response(1, Metadata.empty(), json("\"hello world\""), null, Frame.NO_LIMIT));
    frames.put(
        "failure",
        Frame.Response.of(
            2,
            Metadata.empty(),
            new Frame.Failure(
                RpcCode.UNIMPLEMENTED,
                true,
                "there is no service 'Shop'",
                null,
                Map.of("missing", "service")),
            Frame.NO_LIMIT));
    frames.put("cancel", new Frame.Cancel(1));
    frames.put(
        "stream-request",
        new Frame.Request(
            1,
            false,
            0,
            "Adder/sums",
            Metadata.empty(),
            new PlainPayload(Payload.Encoding.JSON, new byte[0]),
            Frame.NO_LIMIT,
            Frame.Streams.BOTH));
    frames.put("argument-item", new Frame.StreamItem(1, false, json("5"), Frame.NO_LIMIT));
    frames.put("result-item", new Frame.StreamItem(1, true, json("12"), Frame.NO_LIMIT));
    frames.put("stream-end", new Frame.StreamEnd(1));
    frames.put("argument-credit", new Frame.Credit(1, false, 128, 131));
    frames.put("result-credit", new Frame.Credit(1, true, 128, 256));
    frames.put(
        "stream-response",
        new Frame.Response(1, Metadata.empty(), PlainPayload.EMPTY, null, Frame.NO_LIMIT));
    frames.put("ping", new Frame.Ping(0));
    frames.put("last-call", new Frame.LastCall());
    return frames;
  }

  private static Payload json(String text) {
    return new PlainPayload(Payload.Encoding.JSON, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theCodeWritesAndReadsEveryExample() throws IOException {
    Map<String, String> examples = new LinkedHashMap<>();
    Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("../docs/wire-protocol.md")));
    while (matcher.find()) {
      examples.put(matcher.group(2), matcher.group(3).replaceAll("\\s", ""));
    }
    await().until(() -> server.sessions().size() == 1);
    String metadata = examples.remove("metadata");
    Frame.Request user =
        new Frame.Request(
            1, false, 0, "A", Metadata.of("user", "ada"), PlainPayload.EMPTY, Frame.NO_LIMIT);
    assertThat(written(user)).containsIgnoringCase(metadata);
    Map<String, Frame> frames = frames();
    assertThat(examples.keySet()).containsExactlyInAnyOrderElementsOf(frames.keySet());
    frames.forEach((name, frame) -> {
      assertThat(written(frame)).as(name).isEqualToIgnoringCase(examples.get(name));
      assertThat(echoed(examples.get(name))).as(name).isEqualToIgnoringCase(examples.get(name));
    });
  }

  /** Sends each received frame back, encoded from its decoded form. */
  private final Server<Frame> server =
      Server.tcp("127.0.0.1", 0)
          .<Frame>codecPerSession(() -> new GannetWire(new WireLimits(64, 16 << 10)).newCodec())
          .onMessage(Session::send)
          .start();

  private final RawPeer peer = RawPeer.connect(server.port());

  @AfterEach
  void stop() {
    peer.close();
    server.stop(StopMode.NOW);
  }

  /** How a frame is written. */
  private String written(Frame frame) {
    server.broadcast(frame);
    return received();
  }

  /** Encodes a decoded frame again. */
  private String echoed(String hex) {
    peer.write(Hex.bytes(hex));
    return received();
  }

  private String received() {
    byte[] length = peer.readExactly(4);
    byte[] frame = peer.readExactly(ByteBuffer.wrap(length).getInt());
    return (Hex.string(length) + Hex.string(frame)).replace(" ", "");
  }
}
