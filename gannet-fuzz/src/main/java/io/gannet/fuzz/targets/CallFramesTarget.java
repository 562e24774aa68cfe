package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.CompressedPayload;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.rpc.internal.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The frames of calls, with their compressed payloads. */
public final class CallFramesTarget implements Target {

  private static final GannetWire WIRE = new GannetWire(new WireLimits(8, 512));
  private static final int LIMIT = 4096;

  @Override
  public String name() {
    return "call-frames";
  }

  @Override
  public String description() {
    return "frames of calls in Gannet's own protocol";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.rpc.internal.wire.*", "io.gannet.rpc.Metadata", "io.gannet.rpc.RpcCode");
  }

  @Override
  public List<byte[]> seeds() {
    Payload text =
        new PlainPayload(Payload.Encoding.JSON, "[\"gr\u00fc\u00df\",1]".getBytes(UTF_8));
    Payload large = new PlainPayload(Payload.Encoding.PROTOBUF, new byte[300]);
    Metadata metadata = Metadata.of("trace", "1").with("user", "me");
    int any = Frame.NO_LIMIT;
    return List.of(
        seed(
            new Frame.Hello(1, 1, 1 << 20, 100, metadata, true, new Frame.Window(5, 500)),
            new Frame.Request(1, false, 1500, "shop/buy", metadata, text, any),
            new Frame.Request(2, true, 0, "shop/log", Metadata.empty(), PlainPayload.EMPTY, any)),
        seed(
            new Frame.Request(
                3,
                false,
                0,
                "a/b",
                metadata,
                CompressedPayload.of(large, 10),
                any,
                Frame.Streams.BOTH),
            new Frame.StreamItem(3, false, text, any),
            new Frame.StreamItem(3, true, CompressedPayload.of(large, 10), any),
            new Frame.StreamEnd(3),
            new Frame.Credit(3, true, 10, 1 << 20)),
        seed(
            new Frame.Response(1, metadata, text, null, any),
            Frame.Response.of(
                2,
                metadata,
                new Frame.Failure(RpcCode.NOT_FOUND, true, "no such", "a.B", Map.of("k", "v")),
                any),
            new Frame.Cancel(4),
            new Frame.Ping(1),
            new Frame.Pong(1),
            new Frame.GoAway(Frame.Reason.DRAINING, "bye"),
            new Frame.LastCall()));
  }

  private static byte[] seed(Frame... frames) {
    return Input.of(new int[] {3, 0}, CodecTarget.encoded(WIRE.newCodec(), frames));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    CodecTarget.check(new Subject<>(WIRE::newCodec, CallFramesTarget::comparable, true), input);
  }

  /** Returns a frame as text, with its payload decompressed. */
  private static Object comparable(Frame frame) {
    return switch (frame) {
      case Frame.Request request ->
          List.of(
              request.id(),
              request.oneWay(),
              request.timeoutMillis(),
              request.method(),
              request.metadata().entries(),
              comparable(request.payload()),
              request.streams());
      case Frame.Response response ->
          List.of(
              response.id(),
              response.metadata().entries(),
              comparable(response.payload()),
              String.valueOf(response.failure()));
      case Frame.StreamItem item ->
          List.of(item.id(), item.ofResults(), item.size(), comparable(item.payload()));
      default -> frame;
    };
  }

  private static Object comparable(Payload payload) {
    try {
      byte[] value = payload.bytes();
      Finding.unless(value.length <= LIMIT, "a value of %,d bytes", value.length);
      return List.of(payload.encoding(), payload.isCompressed(), ByteBuffer.wrap(value));
    } catch (RpcException e) {
      return List.of(payload.encoding(), e.code());
    }
  }
}
