package io.gannet.grpc;

import static io.gannet.grpc.Fixture.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Our client against our server, with gRPC. */
class OwnServerTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private static RpcClientBuilder over(RpcServer server) {
    return RpcClient.over(Client.tcp("127.0.0.1", server.port())).wire(RpcWire.GRPC);
  }

  private RpcClient connect(RpcServer server) {
    return fixture.start(over(server));
  }

  @RpcService(name = "plane.v1.Plane")
  interface Plane {
    record Point(int x, int y) {}

    Point mirrored(Point point);

    @RpcMethod("Sum")
    int sum(int a, int b);

    void forget(Point point);

    String name();

    void clear();

    RpcStream<Point> all(RpcStream<Point> points);

    void upload(RpcStream<Point> points);
  }

  private static final class Flat implements Plane {
    final AtomicInteger cleared = new AtomicInteger();

    @Override
    public Point mirrored(Point point) {
      return new Point(point.y(), point.x());
    }

    @Override
    public int sum(int a, int b) {
      return a + b;
    }

    @Override
    public void forget(Point point) {
      cleared.addAndGet(point.x());
    }

    @Override
    public String name() {
      return "flat";
    }

    @Override
    public void clear() {
      cleared.incrementAndGet();
    }

    @Override
    public RpcStream<Point> all(RpcStream<Point> points) {
      return RpcStream.produce(sink -> {
        for (Point point : points) {
          sink.send(point);
        }
      });
    }

    @Override
    public void upload(RpcStream<Point> points) {
      points.forEach(point -> cleared.addAndGet(point.x()));
    }
  }

  @Test
  void methodsWithJsonAreCalledByTheirNames() {
    Flat flat = new Flat();
    RpcServer server = fixture.start(fixture.server().service(Plane.class, flat));
    RpcClient client = connect(server);
    Plane plane = client.proxy(Plane.class);
    assertThat(plane.mirrored(new Plane.Point(1, 2))).isEqualTo(new Plane.Point(2, 1));
    assertThat(plane.sum(3, 4)).isEqualTo(7);
    assertThat(client.call("plane.v1.Plane/Sum", Integer.class, 5, 6)).isEqualTo(11);
    assertThat(plane.name()).isEqualTo("flat");
    plane.forget(new Plane.Point(10, 0));
    plane.clear();
    plane.upload(RpcStream.of(new Plane.Point(100, 0), new Plane.Point(1000, 0)));
    assertThat(flat.cleared).hasValue(1111);
    assertThat(plane.all(RpcStream.of(new Plane.Point(1, 2), new Plane.Point(3, 4))))
        .containsExactly(new Plane.Point(1, 2), new Plane.Point(3, 4));
  }

  @Test
  void allKindsOfCallsWithProtobufWork() throws Exception {
    Fixture.Texts texts = connect(fixture.start(new Fixture.Plain())).proxy(Fixture.Texts.class);
    assertThat(texts.echo(TEXT, null)).isEqualTo(TEXT);
    assertThat(texts.count(Int32Value.of(1000), null)).hasSize(1000);
    assertThat(texts.join(RpcStream.of(TEXT, TEXT), null)).isEqualTo(StringValue.of("xx"));
    assertThat(texts.chat(RpcStream.of(TEXT, TEXT)))
        .containsExactly(StringValue.of("x!"), StringValue.of("x!"));
    texts.nothing();
  }

  @Test
  void metadataAndFailuresTravelInBothDirections() {
    AtomicReference<Metadata> first = new AtomicReference<>();
    AtomicReference<Metadata> last = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call) {
                call.beginWith(call.metadata());
                call.replyWith(Metadata.of("last", "1"));
                throw new RpcException(RpcCode.ABORTED, "100 % n\u00f6");
              }
            });
    CallOptions options =
        CallOptions.defaults()
            .withMetadata(
                Metadata.of("k", "1").plus("k", "2").withBytes("raw-bin", new byte[] {-1}))
            .withOnBegin(first::set)
            .withOnReply(last::set);
    Fixture.Texts texts = connect(server).proxy(Fixture.Texts.class, options);
    assertThatThrownBy(() -> texts.echo(TEXT, null))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.ABORTED))
        .hasMessage("100 % n\u00f6");
    assertThat(first.get()).isEqualTo(options.metadata());
    assertThat(last.get()).isEqualTo(Metadata.of("last", "1"));
  }

  @Test
  void aClientCanNotOfferServices() {
    RpcClientBuilder builder =
        over(fixture.start(new Fixture.Plain())).service(Plane.class, new Flat());
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("gRPC has no calls from a server to its clients");
  }

  @Test
  void unixSocketsAreCalled(@TempDir Path directory) {
    String socket = directory.resolve("s").toString();
    fixture.start(
        RpcServer.over(Server.unix(socket)).wire(RpcWire.GRPC).service(Plane.class, new Flat()));
    RpcClient client = fixture.start(RpcClient.over(Client.unix(socket)).wire(RpcWire.GRPC));
    assertThat(client.proxy(Plane.class).name()).isEqualTo("flat");
  }

  @Test
  void aDrainUnderLoadFailsNoCall() throws Exception {
    RpcServer first = fixture.start(new Fixture.Plain());
    RpcServer second = fixture.start(new Fixture.Plain());
    PublishedDirectory directory = Directory.published("Texts");
    fixture.closing(directory);
    directory.publish(
        List.of(
            Instance.of("Texts", "grpc", "127.0.0.1:" + first.port()),
            Instance.of("Texts", "grpc", "127.0.0.1:" + second.port())));
    RpcClient cluster = fixture.start(RpcClient.over(directory));
    await().until(() -> cluster.connections().size() == 2);
    AtomicInteger done = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch stopped = fixture.gate();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            Fixture.Texts texts = cluster.proxy(Fixture.Texts.class);
            while (stopped.getCount() > 0 && failure.get() == null) {
              try {
                texts.echo(TEXT, null);
                done.incrementAndGet();
              } catch (Throwable t) {
                failure.set(t);
              }
            }
          }));
    }
    await().until(() -> done.get() > 200 || failure.get() != null);
    first.stop(StopMode.DRAIN);
    first.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    int before = done.get();
    await().until(() -> done.get() > before + 100 || failure.get() != null);
    stopped.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failure.get()).isNull();
  }
}
