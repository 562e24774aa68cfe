package io.gannet.grpc;

import static io.gannet.grpc.Fixture.CHAT;
import static io.gannet.grpc.Fixture.COUNT;
import static io.gannet.grpc.Fixture.ECHO;
import static io.gannet.grpc.Fixture.JOIN;
import static io.gannet.grpc.Fixture.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Empty;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketOptions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client of gRPC for Java against our server. */
class GrpcClientTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  /** Receives a stream. */
  private static final class Received<T> implements StreamObserver<T> {
    final List<T> items = new ArrayList<>();
    final CompletableFuture<List<T>> all = new CompletableFuture<>();

    @Override
    public synchronized void onNext(T item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public synchronized void onCompleted() {
      all.complete(List.copyOf(items));
    }

    List<T> join() throws Exception {
      return all.get(30, TimeUnit.SECONDS);
    }
  }

  private static StringValue text(String text) {
    return StringValue.of(text);
  }

  private static Status.Code codeOf(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  // ---------------------------------------------------------------- the kinds of calls

  @Test
  void aUnaryCallIsAnswered() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    assertThat(echo(channel, "h\u00e4llo")).isEqualTo("h\u00e4llo");
    assertThat(echo(channel, "")).isEmpty();
  }

  @Test
  void aResultStreamIsComplete() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    Iterator<Int32Value> numbers =
        ClientCalls.blockingServerStreamingCall(
            channel, COUNT, CallOptions.DEFAULT, Int32Value.of(5000));
    int expected = 1;
    while (numbers.hasNext()) {
      assertThat(numbers.next().getValue()).isEqualTo(expected++);
    }
    assertThat(expected).isEqualTo(5001);
    assertThat(
            ClientCalls.blockingServerStreamingCall(
                    channel, COUNT, CallOptions.DEFAULT, Int32Value.of(0))
                .hasNext())
        .isFalse();
  }

  @Test
  void anArgumentStreamIsComplete() throws Exception {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    Received<StringValue> result = new Received<>();
    StreamObserver<StringValue> texts =
        ClientCalls.asyncClientStreamingCall(channel.newCall(JOIN, CallOptions.DEFAULT), result);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      texts.onNext(text(i + ","));
      expected.append(i).append(',');
    }
    texts.onCompleted();
    assertThat(result.join()).containsExactly(text(expected.toString()));
  }

  @Test
  void bothSidesSendStreamsAtTheSameTime() throws Exception {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    Received<StringValue> end = new Received<>();
    StreamObserver<StringValue> texts =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(CHAT, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(StringValue value) {
                answers.add(value.getValue());
              }

              @Override
              public void onError(Throwable t) {
                end.onError(t);
              }

              @Override
              public void onCompleted() {
                end.onCompleted();
              }
            });
    for (int i = 0; i < 100; i++) {
      texts.onNext(text("a" + i));
      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("a" + i + "!");
    }
    texts.onCompleted();
    end.join();
  }

  @Test
  void aMethodWithoutValuesTakesAndGivesAnEmptyMessage() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    var nothing =
        Fixture.method(
            MethodType.UNARY,
            "Texts/nothing",
            Empty.getDefaultInstance(),
            Empty.getDefaultInstance());
    assertThat(
            ClientCalls.blockingUnaryCall(
                channel, nothing, CallOptions.DEFAULT, Empty.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
  }

  // ---------------------------------------------------------------- failures

  @ParameterizedTest
  @EnumSource(RpcCode.class)
  void eachCodeReachesTheCaller(RpcCode code) {
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    if (code == RpcCode.OK) {
                      return text;
                    }
                    throw new RpcException(code, "100 % n\u00f6\n");
                  }
                }));
    if (code == RpcCode.OK) {
      assertThat(echo(channel, "fine")).isEqualTo("fine");
      return;
    }
    assertThatThrownBy(() -> echo(channel, "x"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode().value()).isEqualTo(code.number());
              assertThat(e.getStatus().getDescription()).isEqualTo("100 % n\u00f6\n");
            });
  }

  @Test
  void aFailureAfterItemsComesAfterThem() {
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public RpcStream<Int32Value> count(Int32Value to, CallContext call) {
                    return RpcStream.produce(sink -> {
                      sink.send(Int32Value.of(1));
                      throw new RpcException(RpcCode.DATA_LOSS, "lost");
                    });
                  }
                }));
    Iterator<Int32Value> numbers =
        ClientCalls.blockingServerStreamingCall(
            channel, COUNT, CallOptions.DEFAULT, Int32Value.of(2));
    assertThat(numbers.next().getValue()).isEqualTo(1);
    assertThat(
            codeOf(() -> {
              boolean unused = numbers.hasNext();
            }))
        .isEqualTo(Status.Code.DATA_LOSS);
  }

  @Test
  void whatIsNotOfferedIsUnimplemented() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    for (String path : List.of("Texts/none", "None/echo", "Texts")) {
      var missing =
          Fixture.method(
              MethodType.UNARY,
              path.contains("/") ? path : path + "/",
              StringValue.getDefaultInstance(),
              StringValue.getDefaultInstance());
      assertThat(
              codeOf(() ->
                  ClientCalls.blockingUnaryCall(channel, missing, CallOptions.DEFAULT, text("x"))))
          .as(path)
          .isEqualTo(Status.Code.UNIMPLEMENTED);
    }
    assertThat(echo(channel, "still here")).isEqualTo("still here");
  }

  @Test
  void aDeadlineReachesTheHandlerAndEndsTheCall() {
    CompletableFuture<Duration> left = new CompletableFuture<>();
    CountDownLatch interrupted = new CountDownLatch(1);
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call)
                      throws InterruptedException {
                    left.complete(call.timeLeft().orElseThrow());
                    try {
                      Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                      interrupted.countDown();
                      throw e;
                    }
                    return text;
                  }
                }));
    assertThat(
            codeOf(() ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    ECHO,
                    CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS),
                    text("x"))))
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(left.join()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void cancellingReachesTheHandler() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call)
                  throws InterruptedException {
                call.onCancel(cancelled::countDown);
                begun.countDown();
                Thread.sleep(60_000);
                return text;
              }
            });
    ManagedChannel channel = fixture.connect(server);
    var future = ClientCalls.futureUnaryCall(channel.newCall(ECHO, CallOptions.DEFAULT), text("x"));
    Fixture.await(begun);
    future.cancel(true);
    Fixture.await(cancelled);
    await().until(() -> server.peers().iterator().next().stats().callsRunning() == 0);
  }

  // ---------------------------------------------------------------- metadata

  @Test
  void metadataTravelsInBothDirections() {
    AtomicReference<Metadata> seen = new AtomicReference<>();
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    seen.set(call.metadata());
                    call.beginWith(Metadata.of("first", "1").plus("first", "2"));
                    call.replyWith(
                        Metadata.of("last", "3")
                            .withBytes("raw-bin", new byte[] {0, -1})
                            .plus("text", "\u00e4"));
                    return text;
                  }
                }));
    io.grpc.Metadata sent = new io.grpc.Metadata();
    var plain = io.grpc.Metadata.Key.of("plain", io.grpc.Metadata.ASCII_STRING_MARSHALLER);
    var raw = io.grpc.Metadata.Key.of("raw-bin", io.grpc.Metadata.BINARY_BYTE_MARSHALLER);
    sent.put(plain, "a");
    sent.put(plain, "b");
    sent.put(raw, new byte[] {1, 2, 3, 4});
    sent.put(raw, new byte[] {5});
    AtomicReference<io.grpc.Metadata> headers = new AtomicReference<>();
    AtomicReference<io.grpc.Metadata> trailers = new AtomicReference<>();
    Channel with =
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newAttachHeadersInterceptor(sent),
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    ClientCalls.blockingUnaryCall(with, ECHO, CallOptions.DEFAULT, text("x"));
    assertThat(seen.get().all("plain")).containsExactly("a", "b");
    assertThat(seen.get().allBytes("raw-bin"))
        .containsExactly(new byte[] {1, 2, 3, 4}, new byte[] {5});
    assertThat(seen.get().keys()).containsExactlyInAnyOrder("plain", "raw-bin");
    assertThat(
            headers
                .get()
                .getAll(io.grpc.Metadata.Key.of("first", io.grpc.Metadata.ASCII_STRING_MARSHALLER)))
        .containsExactly("1", "2");
    assertThat(trailers.get().get(raw)).containsExactly(0, -1);
    assertThat(
            trailers
                .get()
                .get(io.grpc.Metadata.Key.of("last", io.grpc.Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("3");
    assertThat(
            trailers
                .get()
                .get(
                    io.grpc.Metadata.Key.of(
                        Metadata.LEFT_OUT, io.grpc.Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("1 of 3 entries");
  }

  @Test
  void tooMuchMetadataFailsTheCallOnly() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    io.grpc.Metadata sent = new io.grpc.Metadata();
    for (int i = 0; i < 65; i++) {
      sent.put(io.grpc.Metadata.Key.of("key" + i, io.grpc.Metadata.ASCII_STRING_MARSHALLER), "v");
    }
    Channel with =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(sent));
    assertThat(
            codeOf(() -> ClientCalls.blockingUnaryCall(with, ECHO, CallOptions.DEFAULT, text("x"))))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(echo(channel, "y")).isEqualTo("y");
  }

  // ---------------------------------------------------------------- sizes

  @Test
  void largeMessagesPassIfTheLimitAllowsThem() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.maxMessageSize(16 << 20))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    ManagedChannel channel =
        fixture.connect(
            NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20));
    String large = "x".repeat(10 << 20);
    assertThat(echo(channel, large).equals(large)).isTrue();
  }

  @Test
  void aMessageOverTheLimitFailsItsCallOnly() throws Exception {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.maxMessageSize(100_000))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    ManagedChannel channel = fixture.connect(server);
    assertThat(codeOf(() -> echo(channel, "x".repeat(200_000))))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Received<StringValue> result = new Received<>();
    StreamObserver<StringValue> texts =
        ClientCalls.asyncClientStreamingCall(channel.newCall(JOIN, CallOptions.DEFAULT), result);
    texts.onNext(text("x".repeat(200_000)));
    assertThatThrownBy(result::join).hasMessageContaining("RESOURCE_EXHAUSTED");
    assertThat(echo(channel, "y")).isEqualTo("y");
  }

  @Test
  void gzipIsInflated() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    String large = "0123456789".repeat(10_000);
    assertThat(
            ClientCalls.blockingUnaryCall(
                    channel, ECHO, CallOptions.DEFAULT.withCompression("gzip"), text(large))
                .getValue())
        .isEqualTo(large);
  }

  @Test
  void gzipIsInflatedUpToTheLimitOnly() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.maxMessageSize(100_000))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    ManagedChannel channel = fixture.connect(server);
    assertThat(
            codeOf(() ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    ECHO,
                    CallOptions.DEFAULT.withCompression("gzip"),
                    text("0".repeat(1 << 20)))))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  // ---------------------------------------------------------------- many, slow

  @Test
  void aThousandCallsRunAtTheSameTime() throws Exception {
    CountDownLatch gate = fixture.gate();
    AtomicInteger running = new AtomicInteger();
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) throws Exception {
                    running.incrementAndGet();
                    Fixture.await(gate);
                    return text;
                  }
                }));
    var calls =
        IntStream.range(0, 1000)
            .mapToObj(i ->
                ClientCalls.futureUnaryCall(
                    channel.newCall(ECHO, CallOptions.DEFAULT), text("n" + i)))
            .toList();
    await().until(() -> running.get() == 1000);
    gate.countDown();
    for (int i = 0; i < 1000; i++) {
      assertThat(calls.get(i).get(30, TimeUnit.SECONDS).getValue()).isEqualTo("n" + i);
    }
  }

  @Test
  void aSlowReaderHoldsItsProducerBackAndNoOtherCall() {
    AtomicInteger produced = new AtomicInteger();
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public RpcStream<StringValue> chat(RpcStream<StringValue> texts) {
                    return RpcStream.produce(sink -> {
                      while (true) {
                        sink.send(text("x".repeat(1000)));
                        produced.incrementAndGet();
                      }
                    });
                  }
                }));
    ClientCall<StringValue, StringValue> slow = channel.newCall(CHAT, CallOptions.DEFAULT);
    slow.start(new ClientCall.Listener<>() {}, new io.grpc.Metadata());
    slow.request(1);
    fixture.closing(() -> slow.cancel("over", null));
    AtomicInteger last = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> produced.get() > 0 && last.getAndSet(produced.get()) == produced.get());
    assertThat(produced.get()).isLessThan(3000); // the windows of both sides are far below 3 MB
    assertThat(echo(channel, "y".repeat(100_000))).hasSize(100_000);
    int before = produced.get();
    slow.request(before);
    await().until(() -> produced.get() > before);
  }

  @Test
  void aSlowHandlerHoldsItsCallerBack() throws Exception {
    CountDownLatch gate = fixture.gate();
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue join(RpcStream<StringValue> texts, CallContext call)
                      throws Exception {
                    Fixture.await(gate);
                    return super.join(texts, call);
                  }
                }));
    ClientCall<StringValue, StringValue> call = channel.newCall(JOIN, CallOptions.DEFAULT);
    CompletableFuture<StringValue> result = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(StringValue message) {
            result.complete(message);
          }

          @Override
          public void onClose(Status status, io.grpc.Metadata trailers) {
            result.completeExceptionally(status.asException());
          }
        },
        new io.grpc.Metadata());
    call.request(1);
    int sent = 0;
    for (int turn = 0; turn < 200; turn++) {
      while (call.isReady() && sent < 10_000) {
        call.sendMessage(text("x".repeat(1000)));
        sent++;
      }
      TimeUnit.MILLISECONDS.sleep(5); // it may become ready again
    }
    assertThat(sent).isLessThan(5000);
    assertThat(echo(channel, "y".repeat(100_000))).hasSize(100_000);
    gate.countDown();
    call.halfClose();
    assertThat(result.get(30, TimeUnit.SECONDS).getValue()).hasSize(sent * 1000);
  }

  @Test
  void aHandlerThatEndsEarlyStopsItsCaller() throws Exception {
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue join(RpcStream<StringValue> texts, CallContext call) {
                    return text("enough");
                  }
                }));
    for (int i = 0; i < 20; i++) {
      Received<StringValue> result = new Received<>();
      StreamObserver<StringValue> texts =
          ClientCalls.asyncClientStreamingCall(channel.newCall(JOIN, CallOptions.DEFAULT), result);
      texts.onNext(text("a"));
      assertThat(result.join()).containsExactly(text("enough"));
    }
  }

  // ---------------------------------------------------------------- connections

  @Test
  void tlsNegotiatesHttp2() throws Exception {
    SelfSigned certificate = SelfSigned.in(directory);
    TlsIdentity identity = TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile());
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.tls(ServerTls.of(identity)))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    ManagedChannel channel =
        fixture.connect(
            NettyChannelBuilder.forAddress("localhost", server.port())
                .sslContext(
                    GrpcSslContexts.forClient()
                        .trustManager(certificate.certificateFile().toFile())
                        .build()));
    assertThat(echo(channel, "secret")).isEqualTo("secret");
  }

  @Test
  void aDrainUnderLoadFailsNoCall() throws Exception {
    RpcServer first = fixture.start(new Fixture.Plain());
    ManagedChannel channel = fixture.connect(first);
    AtomicInteger done = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch stopped = new CountDownLatch(1);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            while (stopped.getCount() > 0) {
              try {
                echo(channel, "x");
                done.incrementAndGet();
              } catch (StatusRuntimeException e) {
                if (e.getStatus().getCause() instanceof ConnectException) {
                  return; // nobody listens any more
                }
                failure.set(e);
                return;
              }
            }
          }));
    }
    await().until(() -> done.get() > 100 || failure.get() != null);
    first.stop(StopMode.DRAIN);
    first.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    stopped.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void aDrainWaitsForRunningCalls() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call) throws Exception {
                begun.countDown();
                Fixture.await(gate);
                return text;
              }
            });
    ManagedChannel channel = fixture.connect(server);
    var future = ClientCalls.futureUnaryCall(channel.newCall(ECHO, CallOptions.DEFAULT), text("x"));
    Fixture.await(begun);
    server.stop(StopMode.DRAIN);
    assertThat(server.whenStopped().toCompletableFuture().isDone()).isFalse();
    gate.countDown();
    assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo(text("x"));
    server.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  // ---------------------------------------------------------------- what isn't there

  @Test
  void callsToTheClientFailWithTheReason() {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    ManagedChannel channel =
        fixture.connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    try {
                      call.peer().call("A/b", StringValue.class, text);
                    } catch (RpcException e) {
                      failure.complete(e);
                    }
                    return text;
                  }
                }));
    echo(channel, "x");
    assertThat(failure.join())
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED))
        .hasMessageContaining("gRPC has no calls from a server to its clients");
  }

  @Test
  void webSocketIsRefusedWithTheReason() {
    assertThatThrownBy(
            () -> RpcClient.over(Client.webSocket("ws://127.0.0.1:1")).wire(RpcWire.GRPC).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't be used inside WebSocket");
    assertThatThrownBy(() ->
            RpcServer.over(Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults()))
                .wire(RpcWire.GRPC)
                .service(Fixture.Texts.class, new Fixture.Plain())
                .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't be used inside WebSocket");
  }
}
