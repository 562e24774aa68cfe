package io.gannet.grpc;

import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls with JSON in gRPC's frames. */
class JsonTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  record Point(int x, int y) {}

  interface Plane {
    Point mirrored(Point point);

    int sum(int a, int b);

    void forget(Point point);

    RpcStream<Point> all(RpcStream<Point> points);

    Point first(int index, RpcStream<Point> points);
  }

  private static final class Flat implements Plane {
    @Override
    public Point mirrored(Point point) {
      return new Point(point.y(), point.x());
    }

    @Override
    public int sum(int a, int b) {
      return a + b;
    }

    @Override
    public void forget(Point point) {}

    @Override
    public RpcStream<Point> all(RpcStream<Point> points) {
      return RpcStream.from(List.copyOf(points.stream().toList()));
    }

    @Override
    public Point first(int index, RpcStream<Point> points) {
      return new Point(index, index);
    }
  }

  private static void call(Http2Peer peer, int stream, String path, String... messages) {
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.post("/" + path, "application/grpc+json"));
    for (String message : messages) {
      peer.frame(DATA, 0, stream, Http2Peer.message(message.getBytes(UTF_8)));
    }
    peer.frame(DATA, END_STREAM, stream);
  }

  private static String result(Http2Peer peer, int stream) {
    byte[] data = peer.await(DATA, stream).payload();
    return new String(Arrays.copyOfRange(data, 5, data.length), UTF_8);
  }

  @Test
  void aMessageIsTheJsonOfTheValue() {
    RpcServer server = fixture.start(fixture.server().service(Plane.class, new Flat()));
    Http2Peer peer = fixture.closing(Http2Peer.connect(server));
    call(peer, 1, "Plane/mirrored", "{\"x\":1,\"y\":2}");
    assertThat(result(peer, 1)).isEqualTo("{\"x\":2,\"y\":1}");
    call(peer, 3, "Plane/sum", "[3,4]");
    assertThat(result(peer, 3)).isEqualTo("7");
    call(peer, 5, "Plane/forget", "{\"x\":1,\"y\":2}");
    assertThat(result(peer, 5)).isEqualTo("null");
    call(peer, 7, "Plane/all", "{\"x\":1,\"y\":2}");
    assertThat(result(peer, 7)).isEqualTo("{\"x\":1,\"y\":2}");
  }

  @Test
  void whatGrpcCannotExpressIsUnimplemented() {
    RpcServer server = fixture.start(fixture.server().service(Plane.class, new Flat()));
    Http2Peer peer = fixture.closing(Http2Peer.connect(server));
    call(peer, 1, "Plane/first", "{\"x\":1,\"y\":2}");
    Http2Headers stream = peer.awaitEnd(1);
    assertThat(stream.get("grpc-status").toString()).isEqualTo("12");
    assertThat(stream.get("grpc-message").toString()).contains("a stream and other arguments");
    peer.call(3, "Plane/mirrored", StringValue.of("x").toByteArray());
    Http2Headers encoding = peer.awaitEnd(3);
    assertThat(encoding.get("grpc-status").toString()).isEqualTo("12");
    assertThat(encoding.get("grpc-message").toString()).contains("application/grpc+json");
  }
}
