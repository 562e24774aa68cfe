package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.examples.echo.EchoHeader;
import io.gannet.examples.echo.EchoPacket;
import io.gannet.examples.echo.GettyEchoCodec;
import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.udp.DatagramLayer;
import io.gannet.transport.json.JsonCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The datagrams of a UDP session, which an attacker can forge. The result of a datagram must not
 * depend on earlier ones, and no datagram may end the session.
 */
public final class DatagramTarget implements Target {

  private static final int LIMIT = 60;
  private static final int MOST = 4;
  private static final List<Layer> LAYERS = List.of(new DatagramLayer(null));

  private static final List<Supplier<Codec<?>>> CODECS =
      List.of(
          () -> Codecs.whole(JsonCodecs.body(JsonNode.class)),
          () -> Codecs.lengthPrefixed(LengthPrefix.uint8(), Bodies.utf8()),
          Codecs::lines,
          () -> GettyEchoCodec.INSTANCE);

  @Override
  public String name() {
    return "datagrams";
  }

  @Override
  public String description() {
    return "datagrams of a session on UDP";
  }

  @Override
  public int maxLength() {
    return 300;
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.udp.DatagramFraming",
        "io.gannet.transport.internal.session.MessageDecoder",
        "io.gannet.transport.internal.codec.**",
        "io.gannet.examples.echo.**");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] echo =
        CodecTarget.encoded(
            GettyEchoCodec.INSTANCE,
            new EchoPacket(new EchoHeader(1, 2, 3, 1, 5), "hello".getBytes(UTF_8)));
    return List.of(
        Input.of(new int[] {0, 7}, "{\"a\":1}\2[]\1x".getBytes(UTF_8)),
        Input.of(new int[] {1, 4, 1, 'a', 1, 'b', 3, 9, 'a', 'b', 1, 0, 70}, new byte[70]),
        Input.of(new int[] {2, 4}, "a\nb\n\2cd\3ef\n".getBytes(UTF_8)),
        Input.of(new int[] {3, echo.length}, echo));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Supplier<Codec<?>> codec = CODECS.get(input.choice(CODECS.size()));
    List<byte[]> datagrams = new ArrayList<>();
    while (input.left() > 0 && datagrams.size() < MOST) {
      datagrams.add(input.take(input.choice()));
    }
    List<Object> expected = new ArrayList<>();
    for (byte[] datagram : datagrams) {
      expected.addAll(events(codec.get(), List.of(datagram)));
    }
    Finding.unlessSame(
        "what came of each datagram, and of all", expected, events(codec.get(), datagrams));
  }

  private static <M> List<Object> events(Codec<M> codec, List<byte[]> datagrams) {
    try (Connection<M> connection =
        new Connection<>(codec, LIMIT, LAYERS, CodecTarget::comparable)) {
      for (byte[] datagram : datagrams) {
        connection.feed(datagram);
        Finding.unless(connection.isOpen(), "a datagram has ended the session");
      }
      return List.copyOf(connection.events());
    }
  }
}
