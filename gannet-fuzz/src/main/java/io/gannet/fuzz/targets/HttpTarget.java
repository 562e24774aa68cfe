package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.grpc.internal.HttpWireProvider;
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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests of HTTP/1.1 for calls. Each call is answered between two reads, so that the next request
 * follows; all bytes that are sent must be responses.
 */
public final class HttpTarget implements Target {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 \\d{3}");

  private static final Map<String, Method> METHODS =
      Map.of(
          "a/json", method(Payload.Encoding.JSON, Frame.Streams.NONE),
          "a/proto", method(Payload.Encoding.PROTOBUF, Frame.Streams.NONE),
          "a/out", method(Payload.Encoding.JSON, Frame.Streams.RESULTS),
          "a/bare", new Method(Payload.Encoding.JSON, Frame.Streams.NONE, 0, false, true, false));

  private static final Wire WIRE = new HttpWireProvider().ofServer(endpoint());

  static WireProvider.Endpoint endpoint() {
    return new WireProvider.Endpoint(
        Set.of(RpcWire.HTTP),
        new WireLimits(8, 512),
        new Frame.Window(4, 2000),
        4,
        (path, encoding) -> METHODS.get(path),
        Set.of("https://a.b"),
        Set.of("a.b"));
  }

  private static Method method(Payload.Encoding encoding, Frame.Streams streams) {
    return new Method(encoding, streams, 1, true, true, encoding == Payload.Encoding.PROTOBUF);
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String description() {
    return "requests of HTTP/1.1 for calls";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.grpc.internal.*",
        "io.netty.handler.codec.http.HttpObjectDecoder*",
        "io.netty.handler.codec.http.HttpRequestDecoder*");
  }

  @Override
  public int maxLength() {
    return 1024;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(
            """
            POST /a/json HTTP/1.1
            Host: a.b
            Content-Type: application/json; charset=utf-8
            Connect-Timeout-Ms: 60000
            Content-Length: 4
            tenant: x

            "hi"POST /a/proto HTTP/1.1
            Host: a.b
            Content-Type: application/json
            Transfer-Encoding: chunked

            2;a=b
            "h
            2
            i"
            0
            Trailer: x

            GET /a/bare?encoding=json&message=e30&base64=1&connect=v1 HTTP/1.1
            Host: a.b
            Connection: close

            """),
        seed(
            """
            OPTIONS /a/json HTTP/1.1
            Host: a.b
            Origin: https://a.b

            POST /a/out HTTP/1.1
            Host: a.b
            Sec-Fetch-Site: same-origin
            Content-Type: application/connect+json
            Expect: 100-continue
            Content-Length: 2

            {}HEAD / HTTP/1.0
            Connection: keep-alive

            POST /a/proto HTTP/1.1
            Host: a.b
            Content-Encoding: gzip
            Content-Type: application/proto
            Content-Length: 22

            """
                + new String(GrpcServerTarget.GZIP, ISO_8859_1)));
  }

  private static byte[] seed(String requests) {
    return Input.of(new int[] {3, 5}, requests.replace("\n", "\r\n").getBytes(ISO_8859_1));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int way = input.choice();
    int cut = input.choice();
    byte[] rest = input.rest();
    Outcome whole = outcome(rest, way, null);
    Outcome split = outcome(rest, way, new Splits(cut));
    Finding.unlessSame("results of whole and of split bytes", whole.events, split.events);
    Finding.unlessSame(
        "responses to whole and to split bytes", statuses(whole.sent), statuses(split.sent));
    Finding.unless(
        whole.sent.isEmpty() || whole.sent.startsWith("HTTP/1.1 "),
        "bytes that are no response: %s",
        whole.sent);
  }

  /** Why a request is invalid may depend on how much of it has come. */
  private static List<String> statuses(String sent) {
    return STATUS.matcher(sent).results().map(MatchResult::group).toList();
  }

  private record Outcome(List<Object> events, String sent) {}

  private static Outcome outcome(byte[] bytes, int way, @Nullable Splits splits) {
    List<Frame> received = new ArrayList<>();
    StringBuilder sent = new StringBuilder();
    try (Connection<Frame> connection =
        new Connection<>(
            WIRE.newCodec(),
            GrpcServerTarget.LIMIT,
            List.of(Objects.requireNonNull(WIRE.layer())),
            frame -> {
              received.add(frame);
              return GrpcFrames.comparable(frame);
            })) {
      for (int from = 0; from < bytes.length; ) {
        int to = splits == null ? bytes.length : from + splits.next(bytes.length - from);
        connection.feed(bytes, from, to);
        from = to;
        answer(connection, received, way);
      }
      sent.append(new String(connection.sent(), ISO_8859_1));
      connection.end();
      return new Outcome(connection.events(), sent.toString());
    }
  }

  /** Answers all calls that have come, and those that follow. */
  private static void answer(Connection<Frame> connection, List<Frame> received, int way) {
    while (!received.isEmpty()) {
      List<Frame> now = List.copyOf(received);
      received.clear();
      Session<Frame> session = Objects.requireNonNull(connection.session());
      try {
        for (Frame frame : now) {
          switch (frame) {
            case Frame.Request request -> end(session, request.id(), way + (int) request.id());
            case Frame.Malformed malformed -> end(session, malformed.id(), 1);
            default -> {}
          }
        }
      } catch (SessionClosedException e) {
        return;
      }
      connection.flush();
    }
  }

  private static void end(Session<Frame> session, long id, int way) {
    if (way % 3 == 1) {
      session.send(new Frame.ReplyBegins(id, Metadata.of("k", "v"), Frame.NO_LIMIT));
    }
    session.send(
        way % 2 == 0
            ? new Frame.Response(
                id,
                Metadata.empty(),
                new PlainPayload(Payload.Encoding.JSON, new byte[] {'1'}),
                null,
                Frame.NO_LIMIT)
            : Frame.Response.of(
                id,
                Metadata.of("k", "v"),
                new Frame.Failure(RpcCode.NOT_FOUND, false, "no", "a.B", Map.of("k", "v")),
                Frame.NO_LIMIT));
  }
}
