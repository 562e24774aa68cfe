package io.gannet.fuzz.targets;

import static io.gannet.fuzz.targets.Http2Bytes.fields;
import static io.gannet.fuzz.targets.Http2Bytes.frame;
import static io.gannet.fuzz.targets.Http2Bytes.message;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.grpc.internal.GrpcWireProvider;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of HTTP/2 that a gRPC client receives after it has made four calls. Each call has one
 * outcome at most.
 */
public final class GrpcClientTarget implements Target {
  /** The calls of the client: the first has id 1. */
  private static final List<Frame.Streams> KINDS = List.of(Frame.Streams.values());

  private static final Wire WIRE =
      new GrpcWireProvider().ofClient(new WireLimits(8, 512), new Frame.Window(4, 2000));

  private static final byte[] OK =
      fields(":status", "200", "content-type", "application/grpc", "k", "v");
  private static final byte[] END = fields("grpc-status", "0", "k-bin", "AQI,Aw");

  /** The value of {@code grpc-status-details-bin} for an {@code ErrorInfo}. */
  private static final String DETAILS =
      "CAUSAm5vGkEKKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5FcnJv"
          + "ckluZm8SFQoDYS5CEgZnYW5uZXQaBgoBaxIBdg";

  @Override
  public String name() {
    return "grpc-client";
  }

  @Override
  public String description() {
    return "frames of HTTP/2 that a gRPC client receives";
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
            frame(Http2Bytes.SETTINGS, Http2Bytes.ACK, 0),
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 3, OK),
            frame(Http2Bytes.DATA, 0, 3, message(0, value)),
            frame(Http2Bytes.HEADERS, 5, 3, END),
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 5, OK),
            frame(Http2Bytes.DATA, 0, 5, message(0, value)),
            frame(Http2Bytes.HEADERS, 5, 5, END),
            frame(
                Http2Bytes.HEADERS,
                5,
                7,
                fields(
                    ":status",
                    "200",
                    "content-type",
                    "application/grpc",
                    "grpc-status",
                    "5",
                    "grpc-message",
                    "no%C3%BC%2")),
            frame(Http2Bytes.GOAWAY, 0, 0, new byte[] {0, 0, 0, 7, 0, 0, 0, 0, 'b', 'y', 'e'})),
        seed(
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 3, fields(":status", "100")),
            frame(Http2Bytes.HEADERS, 5, 3, fields(":status", "503", "content-type", "text/html")),
            frame(
                Http2Bytes.HEADERS,
                Http2Bytes.END_HEADERS,
                5,
                WebSocketTarget.join(OK, fields("grpc-encoding", "gzip"))),
            frame(Http2Bytes.DATA, 0, 5, message(1, GrpcServerTarget.GZIP)),
            frame(
                Http2Bytes.HEADERS,
                5,
                5,
                fields("grpc-status", "5", "grpc-status-details-bin", DETAILS)),
            frame(Http2Bytes.RST_STREAM, 0, 7, new byte[] {0, 0, 0, 7}),
            frame(Http2Bytes.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0}),
            frame(Http2Bytes.WINDOW_UPDATE, 0, 9, new byte[] {0, 0, 0, 9}),
            frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 9, OK),
            frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 9, message(0, value)),
            frame(Http2Bytes.PUSH_PROMISE, Http2Bytes.END_HEADERS, 9, new byte[] {0, 0, 0, 2})));
  }

  private static byte[] seed(byte[]... frames) {
    return Input.of(new int[] {0, 3}, WebSocketTarget.join(frames));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    boolean credits = input.choice(2) == 1;
    int cut = input.choice();
    byte[] rest = input.rest();
    if (credits) {
      outcome(rest, new Splits(cut), true);
      return;
    }
    Finding.unlessSame(
        "results of whole and of split bytes",
        outcome(rest, null, false),
        outcome(rest, new Splits(cut), false));
  }

  private static List<Object> outcome(byte[] bytes, @Nullable Splits splits, boolean credits) {
    Map<Long, Integer> outcomes = new HashMap<>();
    Set<Long> ended = new HashSet<>();
    try (Connection<Frame> connection =
        new Connection<>(
            WIRE.newCodec(),
            GrpcServerTarget.LIMIT,
            List.of(Objects.requireNonNull(WIRE.layer("host"))),
            frame -> {
              if (frame instanceof Frame.Response response) {
                Finding.unless(
                    outcomes.merge(response.id(), 1, Integer::sum) == 1,
                    "the call %d has two outcomes",
                    response.id());
              }
              return GrpcFrames.comparable(frame);
            })) {
      connection.feed(frame(Http2Bytes.SETTINGS, 0, 0));
      Session<Frame> session = Objects.requireNonNull(connection.session());
      for (int i = 0; i < KINDS.size(); i++) {
        session.send(request(1 + i, KINDS.get(i)));
      }
      connection.flush();
      if (splits == null) {
        connection.feed(bytes);
      } else {
        for (int from = 0; from < bytes.length && connection.isOpen(); ) {
          int to = from + splits.next(bytes.length - from);
          connection.feed(bytes, from, to);
          from = to;
          if (credits) {
            use(session, from, ended);
            connection.flush();
          }
        }
      }
      connection.end();
      return connection.events();
    }
  }

  private static Frame request(long id, Frame.Streams streams) {
    Payload argument =
        streams.hasArguments()
            ? PlainPayload.EMPTY
            : new PlainPayload(Payload.Encoding.PROTOBUF, new byte[] {10, 0});
    return new Frame.Request(
        id, false, 0, "a/b", Metadata.of("k", "v"), argument, Frame.NO_LIMIT, streams);
  }

  /** Does what a caller may do at any time. */
  private static void use(Session<Frame> session, int at, Set<Long> ended) {
    int which = at % KINDS.size();
    long id = 1L + which;
    try {
      switch (at / 4 % 4) {
        case 0 -> session.send(new Frame.Credit(id, true, 1, 100));
        case 1 -> session.send(new Frame.Cancel(id));
        case 2 -> session.send(request(10 + at, Frame.Streams.NONE));
        default -> {
          if (KINDS.get(which).hasArguments() && ended.add(id)) {
            session.send(new Frame.StreamEnd(id));
          }
        }
      }
    } catch (SessionClosedException e) {
      // The input has ended it.
    }
  }
}
