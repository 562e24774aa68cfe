package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.grpc.internal.HttpWireProvider;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.internal.session.Protocol;
import io.gannet.transport.internal.session.ProtocolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The first bytes of a connection to a server with several protocols, and what follows. */
public final class ProtocolChoiceTarget implements Target {

  private static final List<Wire> WIRES =
      Stream.concat(
              Stream.<Wire>of(new GannetWire(new WireLimits(8, 512))),
              new HttpWireProvider().ofServer(HttpTarget.endpoint()).forms().stream())
          .toList();

  @Override
  public String name() {
    return "protocol-choice";
  }

  @Override
  public String description() {
    return "the first bytes of a connection to a server with several protocols";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.session.ProtocolChoice*", "io.gannet.grpc.*");
  }

  @Override
  public int maxLength() {
    return 256;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "POST /a/json HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
            "\0\0\0\5gn",
            "SSH-2.0-x\r\n",
            "PRI")
        .map(text -> Input.of(new int[] {2}, text.getBytes(ISO_8859_1)))
        .toList();
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int cut = input.choice();
    byte[] rest = input.rest();
    Finding.unlessSame(
        "results of whole and of split bytes", outcome(rest, null), outcome(rest, new Splits(cut)));
  }

  private static List<Object> outcome(byte[] bytes, @Nullable Splits splits) {
    List<Object> events = new ArrayList<>();
    ProtocolChoice<Frame> choice =
        new ProtocolChoice<>(WIRES.stream().map(wire -> protocol(wire, events)).toList());
    try (Connection<Frame> connection =
        new Connection<>(
            WIRES.getFirst().newCodec(), GrpcServerTarget.LIMIT, List.of(choice), frame -> frame)) {
      if (splits == null) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, splits);
      }
      connection.end();
      if (connection.refusal() != null) {
        events.add("refused");
      }
      Finding.unless(connection.events().isEmpty(), "a session of no protocol");
      return events;
    }
  }

  private static Protocol<Frame> protocol(Wire wire, List<Object> events) {
    return new Protocol<>(
        wire.toString(),
        wire.applicationProtocol(),
        wire::begins,
        wire.layer(),
        wire::newCodec,
        () ->
            new SessionListener<>() {
              @Override
              public void onOpen(Session<Frame> session) {
                events.add(wire.toString());
              }

              @Override
              public void onMessage(Session<Frame> session, Frame frame) {
                events.add(frame.getClass());
              }

              @Override
              public void onClose(Session<Frame> session, CloseReason reason) {
                events.add(reason.kind());
              }
            });
  }
}
