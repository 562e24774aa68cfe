package io.gannet.fuzz.targets;

import static io.gannet.fuzz.targets.Http2Bytes.call;
import static io.gannet.fuzz.targets.Http2Bytes.frame;
import static io.gannet.fuzz.targets.Http2Bytes.message;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.grpc.internal.GrpcWireProvider;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.OfferedMethods.Method;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The messages of a stream, in DATA frames of any size. The items must be those that a minimal
 * implementation reads.
 */
public final class GrpcMessagesTarget implements Target {

  private static final int PREFIX = 5;

  /** Takes all items of an input. */
  private static final Wire WIRE =
      new GrpcWireProvider()
          .ofServer(
              new WireProvider.Endpoint(
                  Set.of(RpcWire.GRPC),
                  new WireLimits(8, 512),
                  new Frame.Window(1000, 1 << 20),
                  1,
                  (path, encoding) ->
                      new Method(
                          Payload.Encoding.PROTOBUF,
                          Frame.Streams.ARGUMENTS,
                          0,
                          true,
                          false,
                          false),
                  Set.of(),
                  Set.of()));

  @Override
  public String name() {
    return "grpc-messages";
  }

  @Override
  public String description() {
    return "messages of gRPC in DATA frames of any size";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.grpc.internal.*");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] value = {10, 1, 'x'};
    return List.of(
        Input.of(
            new int[] {0}, WebSocketTarget.join(message(0, value), message(0), message(0, value))),
        Input.of(new int[] {3}, WebSocketTarget.join(message(0, new byte[300]), message(1, value))),
        Input.of(new int[] {5}, new byte[] {0, 0, 0, 0x10, 1, 2}));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Splits splits = new Splits(input.choice());
    byte[] rest = input.rest();
    List<Object> received = new ArrayList<>();
    try (Connection<Frame> connection =
        new Connection<>(
            WIRE.newCodec(),
            GrpcServerTarget.LIMIT,
            List.of(Objects.requireNonNull(WIRE.layer())),
            frame -> {
              switch (frame) {
                case Frame.StreamItem item -> received.add(ByteBuffer.wrap(item.payload().bytes()));
                case Frame.StreamEnd end -> received.add("end");
                case Frame.Cancel cancel -> received.add("failed");
                default -> {}
              }
              return "frame";
            })) {
      connection.feed(WebSocketTarget.join(Http2Bytes.PREFACE, frame(Http2Bytes.SETTINGS, 0, 0)));
      connection.feed(frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 1, call("/a/many")));
      for (int from = 0; from < rest.length; ) {
        int size = splits.next(rest.length - from);
        byte[] data = new byte[size];
        System.arraycopy(rest, from, data, 0, size);
        connection.feed(frame(Http2Bytes.DATA, 0, 1, data));
        from += size;
      }
      connection.feed(frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 1));
      Finding.unlessSame("items, and those that the bytes contain", expected(rest), received);
    }
  }

  private static List<Object> expected(byte[] bytes) {
    List<Object> expected = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.remaining() >= PREFIX) {
      int flag = in.get();
      long length = Integer.toUnsignedLong(in.getInt());
      if (flag != 0 || length > GrpcServerTarget.LIMIT || length > in.remaining()) {
        expected.add("failed");
        return expected;
      }
      byte[] item = new byte[(int) length];
      in.get(item);
      expected.add(ByteBuffer.wrap(item));
    }
    expected.add(in.hasRemaining() ? "failed" : "end");
    return expected;
  }
}
