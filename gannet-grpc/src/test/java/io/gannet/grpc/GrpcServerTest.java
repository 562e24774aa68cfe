package io.gannet.grpc;

import static io.gannet.grpc.GrpcServers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of our client to the server of gRPC for Java. */
class GrpcServerTest {

  @RegisterExtension final GrpcServers grpc = new GrpcServers();

  // ---------------------------------------------------------------- the kinds of calls

  @Test
  void aUnaryCallIsAnswered() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    assertThat(texts.echo(text("h\u00e4llo"), null)).isEqualTo(text("h\u00e4llo"));
    assertThat(texts.echo(text(""), null)).isEqualTo(text(""));
  }

  @Test
  void aResultStreamIsComplete() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    int expected = 1;
    try (RpcStream<Int32Value> numbers = texts.count(Int32Value.of(5000), null)) {
      for (Int32Value number : numbers) {
        assertThat(number.getValue()).isEqualTo(expected++);
      }
    }
    assertThat(expected).isEqualTo(5001);
    assertThat(texts.count(Int32Value.of(0), null)).isEmpty();
  }

  @Test
  void anArgumentStreamIsComplete() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      expected.append(i).append(',');
    }
    RpcStream<StringValue> parts =
        RpcStream.produce(sink -> {
          for (int i = 0; i < 3000; i++) {
            sink.send(text(i + ","));
          }
        });
    assertThat(texts.join(parts, null)).isEqualTo(text(expected.toString()));
    assertThat(texts.join(RpcStream.of(), null)).isEqualTo(text(""));
  }

  @Test
  void bothSidesSendStreamsAtTheSameTime() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    LinkedBlockingQueue<String> next = new LinkedBlockingQueue<>();
    RpcStream<StringValue> questions =
        RpcStream.produce(sink -> {
          for (String text = next.take(); !text.isEmpty(); text = next.take()) {
            sink.send(text(text));
          }
        });
    next.add("a0");
    int i = 0;
    for (StringValue answer : texts.chat(questions)) {
      assertThat(answer.getValue()).isEqualTo("a" + i + "!");
      i++;
      next.add(i < 100 ? "a" + i : "");
    }
    assertThat(i).isEqualTo(100);
  }

  @Test
  void aServerThatHasEnoughStopsTheArguments() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    RpcStream<StringValue> parts =
        RpcStream.produce(sink -> {
          sink.send(text("a"));
          sink.send(text("enough"));
          while (true) {
            sink.send(text("x".repeat(1000)));
          }
        });
    assertThat(texts.join(parts, null)).isEqualTo(text("a"));
    assertThat(texts.echo(text("b"), null)).isEqualTo(text("b"));
  }

  // ---------------------------------------------------------------- failures

  @ParameterizedTest
  @EnumSource(RpcCode.class)
  void eachCodeReachesTheCaller(RpcCode code) throws Exception {
    if (code != RpcCode.OK) {
      grpc.echo =
          (text, answer) ->
              answer.onError(
                  Status.fromCodeValue(code.number())
                      .withDescription("100 % n\u00f6\n")
                      .asException());
    }
    RpcException failure =
        GrpcServers.failureOf(grpc.client(grpc.start()), "Texts/echo", text("x"));
    if (code == RpcCode.OK) {
      assertThat(failure).isNull();
    } else {
      assertThat(failure).hasMessage("100 % n\u00f6\n");
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure.notStarted()).isFalse();
    }
  }

  @Test
  void aFailureAfterItemsComesAfterThem() throws Exception {
    Fixture.Texts texts = grpc.connect(grpc.start());
    List<Int32Value> items = new ArrayList<>();
    assertThatThrownBy(() -> texts.count(Int32Value.of(-1), null).forEach(items::add))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DATA_LOSS))
        .hasMessage("lost");
    assertThat(items).containsExactly(Int32Value.of(1));
  }

  @Test
  void whatIsNotOfferedIsUnimplemented() throws Exception {
    RpcClient client = grpc.client(grpc.start());
    for (String path : List.of("Texts/none", "None/echo")) {
      RpcException failure = GrpcServers.failureOf(client, path, text("x"));
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo(RpcCode.UNIMPLEMENTED);
    }
  }

  interface OneWayTexts {
    @OneWay
    void echo(StringValue text);
  }

  interface MixedTexts {
    StringValue join(StringValue first, RpcStream<StringValue> others);
  }

  @Test
  void whatGrpcCanNotExpressFailsWithTheReason() throws Exception {
    RpcClient client = grpc.client(grpc.start());
    assertThatThrownBy(() -> client.callOneWay("Texts/echo", text("x")))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED))
        .hasMessageContaining("gRPC has no one-way calls");
    assertThatThrownBy(
            () -> client.proxy(MixedTexts.class).join(text("a"), RpcStream.of(text("b"))))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED))
        .hasMessageContaining("a stream and other arguments");
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
  }

  // ---------------------------------------------------------------- deadlines, cancellation

  @Test
  void theDeadlineIsSentAndEndsTheCall() throws Exception {
    CompletableFuture<Long> left = new CompletableFuture<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    grpc.echo =
        (text, answer) -> {
          Deadline deadline = Context.current().getDeadline();
          left.complete(deadline == null ? -1 : deadline.timeRemaining(TimeUnit.MILLISECONDS));
          ((ServerCallStreamObserver<StringValue>) answer).setOnCancelHandler(cancelled::countDown);
        };
    Fixture.Texts texts =
        grpc.client(grpc.start())
            .proxy(Fixture.Texts.class, CallOptions.defaults().withTimeout(Duration.ofMillis(500)));
    assertThatThrownBy(() -> texts.echo(text("x"), null))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
    assertThat(left.get(30, TimeUnit.SECONDS)).isBetween(0L, 500L);
    Fixture.await(cancelled);
  }

  @Test
  void cancellingReachesTheServer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    grpc.echo =
        (text, answer) -> {
          ((ServerCallStreamObserver<StringValue>) answer).setOnCancelHandler(cancelled::countDown);
          begun.countDown();
        };
    RpcClient client = grpc.client(grpc.start());
    CompletableFuture<?> future =
        client.callAsync("Texts/echo", StringValue.class, text("x")).toCompletableFuture();
    Fixture.await(begun);
    future.cancel(true);
    Fixture.await(cancelled);
    grpc.echo = GrpcServers::echo;
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
    CompletableFuture<?> over =
        client.callAsync("Texts/echo", StringValue.class, text("z")).toCompletableFuture();
    over.join();
    over.cancel(true); // has no effect
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
  }

  @Test
  void aReaderThatHasEnoughEndsTheCall() throws Exception {
    RpcClient client =
        grpc.client(
            grpc.start(GrpcServers.builder().addService(GrpcServers.endless(new AtomicInteger()))));
    for (int turn = 0; turn < 50; turn++) {
      try (RpcStream<StringValue> items =
          client.callStream("Endless/texts", StringValue.class, text("x"))) {
        assertThat(items.iterator().next().getValue()).hasSize(1000);
      }
    }
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
    await().until(() -> client.connections().iterator().next().stats().callsPending() == 0);
  }

  // ---------------------------------------------------------------- metadata

  @Test
  void metadataTravelsInBothDirections() throws Exception {
    GrpcServers.Headers headers = new GrpcServers.Headers();
    Server server = grpc.start(GrpcServers.builder().intercept(headers));
    AtomicReference<Metadata> first = new AtomicReference<>();
    AtomicReference<Metadata> last = new AtomicReference<>();
    Metadata sent =
        Metadata.of("plain", "a")
            .plus("plain", "b")
            .plusBytes("raw-bin", new byte[] {1, 2, 3, 4})
            .plusBytes("raw-bin", new byte[] {5});
    CallOptions options =
        CallOptions.defaults().withMetadata(sent).withOnBegin(first::set).withOnReply(last::set);
    grpc.client(server).proxy(Fixture.Texts.class, options).echo(text("x"), null);
    assertThat(headers.received.get().getAll(GrpcServers.PLAIN)).containsExactly("a", "b");
    assertThat(headers.received.get().getAll(GrpcServers.RAW))
        .containsExactly(new byte[] {1, 2, 3, 4}, new byte[] {5});
    assertThat(
            headers
                .received
                .get()
                .get(
                    io.grpc.Metadata.Key.of(
                        "user-agent", io.grpc.Metadata.ASCII_STRING_MARSHALLER)))
        .startsWith("grpc-java-gannet");
    assertThat(headers.authority.get()).isEqualTo("127.0.0.1:" + server.getPort());
    assertThat(first.get().all("plain")).containsExactly("1", "2");
    assertThat(last.get().allBytes("raw-bin")).containsExactly(new byte[] {0, -1}, new byte[] {1});
  }

  @Test
  void metadataThatHttpCanNotCarryFailsTheCallOnly() throws Exception {
    RpcClient client = grpc.client(grpc.start());
    for (Metadata wrong :
        List.of(
            Metadata.of("text", "\u00e4"),
            Metadata.of("te", "x"),
            Metadata.of("grpc-status", "0"))) {
      CallOptions options = CallOptions.defaults().withMetadata(wrong);
      assertThatThrownBy(() -> client.proxy(Fixture.Texts.class, options).echo(text("x"), null))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    }
    CallOptions much = CallOptions.defaults().withMetadata(Metadata.of("k", "v".repeat(10_000)));
    assertThatThrownBy(() -> client.proxy(Fixture.Texts.class, much).echo(text("x"), null))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("the server takes 8,192");
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
  }

  // ---------------------------------------------------------------- sizes

  @Test
  void largeMessagesPassIfTheLimitAllowsThem() throws Exception {
    Server server = grpc.start(GrpcServers.builder().maxInboundMessageSize(16 << 20));
    Fixture.Texts texts =
        grpc.start(
                GrpcServers.over(server).transport(transport -> transport.maxMessageSize(16 << 20)))
            .proxy(Fixture.Texts.class);
    String large = "x".repeat(10 << 20);
    assertThat(texts.echo(text(large), null).getValue().equals(large)).isTrue();
  }

  @Test
  void aMessageOverTheLimitFailsItsCallOnly() throws Exception {
    grpc.echo =
        (text, answer) ->
            GrpcServers.echo(text(text.getValue().equals("y") ? "y" : "x".repeat(200_000)), answer);
    RpcClient client =
        grpc.start(
            GrpcServers.over(grpc.start())
                .transport(transport -> transport.maxMessageSize(100_000)));
    RpcException failure = GrpcServers.failureOf(client, "Texts/echo", text("x"));
    assertThat(failure).hasMessageContaining("200,0");
    assertThat(failure.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
    assertThat(GrpcServers.failureOf(client, "Texts/echo", text("x".repeat(100_001))).notStarted())
        .isTrue();
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
  }

  @Test
  void gzipIsInflatedUpToTheLimit() throws Exception {
    String large = "0123456789".repeat(10_000);
    grpc.echo =
        (text, answer) -> {
          ((ServerCallStreamObserver<StringValue>) answer).setCompression("gzip");
          GrpcServers.echo(text(large.repeat(Integer.parseInt(text.getValue()))), answer);
        };
    RpcClient client =
        grpc.start(
            GrpcServers.over(grpc.start())
                .transport(transport -> transport.maxMessageSize(150_000)));
    assertThat(client.call("Texts/echo", StringValue.class, text("1"))).isEqualTo(text(large));
    RpcException failure = GrpcServers.failureOf(client, "Texts/echo", text("2"));
    assertThat(failure).hasMessageContaining("decompressed");
    assertThat(failure.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
  }
}
