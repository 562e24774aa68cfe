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
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.OfferedMethods.Method;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of HTTP/2 that a gRPC server receives, behind the preface. Its calls aren't answered,
 * or they are answered in all ways between the reads.
 */
public final class GrpcServerTarget implements Target {

  static final int LIMIT = 4096;
  private static final int MAX_STREAMS = 4;

  private static final Map<String, Method> METHODS =
      Map.of(
          "a/one", method(Payload.Encoding.PROTOBUF, Frame.Streams.NONE),
          "a/in", method(Payload.Encoding.PROTOBUF, Frame.Streams.ARGUMENTS),
          "a/out", method(Payload.Encoding.PROTOBUF, Frame.Streams.RESULTS),
          "a/both", method(Payload.Encoding.PROTOBUF, Frame.Streams.BOTH),
          "a/json", method(Payload.Encoding.JSON, Frame.Streams.NONE),
          "a/bare", new Method(Payload.Encoding.JSON, Frame.Streams.NONE, 0, false, false, false));

  private static final Wire WIRE =
      new GrpcWireProvider()
          .ofServer(
              new WireProvider.Endpoint(
                  Set.of(RpcWire.GRPC),
                  new WireLimits(8, 512),
                  new Frame.Window(4, 2000),
                  MAX_STREAMS,
                  (path, encoding) -> METHODS.get(path),
                  Set.of(),
                  Set.of()));

  private static Method method(Payload.Encoding encoding, Frame.Streams streams) {
    return new Method(encoding, streams, streams.hasArguments() ? 0 : 1, true, false, false);
  }

  @Override
  public String name() {
    return "grpc-server";
  }

  @Override
  public String description() {
    return "frames of HTTP/2 that a gRPC server receives";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.grpc.internal.*",
        "io.netty.handler.codec.http2.DefaultHttp2FrameReader*",
        "io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder*");
  }

  @Override
  public int maxLength() {
    return 1024;
  }

  @Override
  public List<byte[]> seeds() {
    byte[] value = {10, 1, 'x'};
    return List.of(
        seed(
            0,
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 1, call("/a/one", "k-bin", "AQI,Aw")),
            frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 1, message(0, value)),
            frame(
                Http2Bytes.HEADERS,
                Http2Bytes.END_HEADERS,
                3,
                call("/a/in", "grpc-encoding", "gzip", "grpc-timeout", "1H")),
            frame(Http2Bytes.DATA, 0, 3, message(0, value)),
            frame(Http2Bytes.DATA, Http2Bytes.PADDED, 3, padded(message(0, new byte[0]))),
            frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 3, message(1, GZIP)),
            frame(Http2Bytes.PING, 0, 0, new byte[8])),
        seed(
            1,
            frame(Http2Bytes.HEADERS, 0, 1, call("/a/both")),
            frame(Http2Bytes.CONTINUATION, Http2Bytes.END_HEADERS, 1, Http2Bytes.fields("a", "b")),
            frame(Http2Bytes.DATA, 0, 1, message(0, value)),
            frame(Http2Bytes.WINDOW_UPDATE, 0, 1, new byte[] {0, 0, 0, 9}),
            frame(Http2Bytes.DATA, 0, 1, message(0, value)),
            frame(Http2Bytes.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}),
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 3, call("/a/out")),
            frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 3, message(0, value)),
            frame(Http2Bytes.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}),
            frame(Http2Bytes.GOAWAY, 0, 0, new byte[8])),
        seed(
            1,
            frame(Http2Bytes.HEADERS, 5, 1, call("/a/none")),
            frame(Http2Bytes.HEADERS, 5, 3, call("/a/bare", "te", "trailers")),
            frame(Http2Bytes.DATA, 0, 3, message(0)),
            frame(Http2Bytes.PRIORITY, 0, 5, new byte[] {0, 0, 0, 3, 9}),
            frame(Http2Bytes.SETTINGS, Http2Bytes.ACK, 0),
            frame(11, 0, 3, new byte[3])));
  }

  /** The compressed word {@code hi}. */
  static final byte[] GZIP = {
    31, -117, 8, 0, 0, 0, 0, 0, 0, -1, -53, -56, 4, 0, -84, 42, -109, -40, 2, 0, 0, 0
  };

  private static byte[] padded(byte[] data) {
    return WebSocketTarget.join(new byte[] {2}, data, new byte[2]);
  }

  private static byte[] seed(int answers, byte[]... frames) {
    return Input.of(new int[] {answers, 3}, WebSocketTarget.join(frames));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    boolean answers = input.choice(2) == 1;
    int cut = input.choice();
    byte[] rest = input.rest();
    if (answers) {
      answer(rest, cut);
      return;
    }
    List<Object> whole = outcome(rest, null);
    Finding.unlessSame(
        "results of whole and of split bytes", whole, outcome(rest, new Splits(cut)));
  }

  private static Connection<Frame> connect(List<Frame> received) {
    Connection<Frame> connection =
        new Connection<>(
            WIRE.newCodec(),
            LIMIT,
            List.of(Objects.requireNonNull(WIRE.layer())),
            frame -> {
              received.add(frame);
              return GrpcFrames.comparable(frame);
            });
    connection.feed(WebSocketTarget.join(Http2Bytes.PREFACE, frame(Http2Bytes.SETTINGS, 0, 0)));
    return connection;
  }

  private static List<Object> outcome(byte[] bytes, @Nullable Splits splits) {
    try (Connection<Frame> connection = connect(new ArrayList<>())) {
      if (splits == null) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, splits);
      }
      connection.end();
      return connection.events();
    }
  }

  /** Answers each call, in a way that depends on its number. */
  private static void answer(byte[] bytes, int cut) {
    List<Frame> received = new ArrayList<>();
    try (Connection<Frame> connection = connect(received)) {
      Session<Frame> session = Objects.requireNonNull(connection.session());
      Splits splits = new Splits(cut);
      for (int from = 0; from < bytes.length && connection.isOpen(); ) {
        int to = from + splits.next(bytes.length - from);
        connection.feed(bytes, from, to);
        from = to;
        List<Frame> now = List.copyOf(received);
        received.clear();
        try {
          for (Frame frame : now) {
            answer(session, frame, cut + from);
          }
        } catch (SessionClosedException e) {
          break;
        }
        connection.flush();
      }
    }
  }

  private static void answer(Session<Frame> session, Frame frame, int way) {
    switch (frame) {
      case Frame.Request request -> {
        long id = request.id();
        if (way % 5 == 1) {
          session.send(new Frame.ReplyBegins(id, Metadata.of("k", "v"), Frame.NO_LIMIT));
        }
        if (request.streams().hasResults()) {
          Payload item = new PlainPayload(Payload.Encoding.PROTOBUF, new byte[way % 100]);
          session.send(new Frame.StreamItem(id, true, item, Frame.NO_LIMIT));
        }
        if (way % 3 != 0) {
          end(session, id, way);
        }
      }
      case Frame.Malformed malformed when malformed.of() == Frame.Malformed.Kind.REQUEST ->
          end(session, malformed.id(), 1);
      case Frame.StreamItem item ->
          session.send(new Frame.Credit(item.id(), false, 1, item.size()));
      case Frame.StreamEnd(long id) -> end(session, id, way);
      default -> {}
    }
  }

  private static void end(Session<Frame> session, long id, int way) {
    session.send(
        way % 2 == 0
            ? new Frame.Response(id, Metadata.empty(), PlainPayload.EMPTY, null, Frame.NO_LIMIT)
            : Frame.Response.of(
                id,
                Metadata.of("k", "v"),
                new Frame.Failure(RpcCode.NOT_FOUND, false, "no", "a.B", Map.of("k", "v")),
                Frame.NO_LIMIT));
  }
}
