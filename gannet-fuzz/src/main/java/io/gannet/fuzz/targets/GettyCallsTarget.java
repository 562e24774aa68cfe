package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.rpc.internal.wire.getty.GettyWire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The frames of getty's RPC. */
public final class GettyCallsTarget implements Target {

  private static final GettyWire WIRE = new GettyWire(16);

  @Override
  public String name() {
    return "getty-calls";
  }

  @Override
  public String description() {
    return "frames of getty's RPC, with headers in JSON and in Protobuf";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.rpc.internal.wire.getty.**");
  }

  @Override
  public List<byte[]> seeds() {
    Payload json = new PlainPayload(Payload.Encoding.JSON, "[1]".getBytes(UTF_8));
    Payload protobuf = new PlainPayload(Payload.Encoding.PROTOBUF, new byte[] {8, 1});
    int any = Frame.NO_LIMIT;
    return List.of(
        seed(
            new Frame.Request(1, false, 0, "shop/buy", Metadata.empty(), json, any),
            new Frame.Request(2, true, 0, "shop/log", Metadata.empty(), protobuf, any),
            new Frame.Ping(3),
            new Frame.Pong(4)),
        seed(
            new Frame.Response(1, Metadata.empty(), json, null, any),
            Frame.Response.of(
                2,
                Metadata.empty(),
                new Frame.Failure(RpcCode.UNKNOWN, false, "no such", null, Map.of()),
                any)));
  }

  private static byte[] seed(Frame... frames) {
    return Input.of(new int[] {3, 0}, CodecTarget.encoded(WIRE.newCodec(), frames));
  }

  @Override
  public void run(byte[] bytes) {
    CodecTarget.check(
        new Subject<>(WIRE::newCodec, GettyCallsTarget::comparable, false), new Input(bytes));
  }

  /** Returns a frame without the numbers that each connection assigns. */
  private static Object comparable(Frame frame) {
    return switch (frame) {
      case Frame.Request request ->
          List.of(request.id(), request.oneWay(), request.method(), comparable(request.payload()));
      case Frame.Response response ->
          List.of(comparable(response.payload()), String.valueOf(response.failure()));
      case Frame.Malformed malformed -> List.of(malformed.of(), malformed.code(), malformed.text());
      default -> frame;
    };
  }

  private static Object comparable(Payload payload) {
    return List.of(payload.encoding(), ByteBuffer.wrap(payload.bytes()));
  }
}
