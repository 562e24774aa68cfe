package io.gannet.grpc;

import static io.gannet.grpc.GrpcServers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.StopMode;
import io.gannet.transport.TlsIdentity;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.ClientAuth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections of our client to the server of gRPC for Java. */
class GrpcServerConnectionTest {

  @RegisterExtension final GrpcServers grpc = new GrpcServers();

  @TempDir Path directory;

  // ---------------------------------------------------------------- many, slow

  @Test
  void aThousandCallsRunAtTheSameTime() throws Exception {
    List<StreamObserver<StringValue>> answers = new ArrayList<>();
    grpc.echo =
        (text, answer) -> {
          synchronized (answers) {
            answers.add(answer);
          }
        };
    RpcClient client = grpc.client(grpc.start());
    List<CompletableFuture<StringValue>> calls =
        IntStream.range(0, 1000)
            .mapToObj(i ->
                client
                    .callAsync("Texts/echo", StringValue.class, text("n" + i))
                    .toCompletableFuture())
            .toList();
    await()
        .until(() -> {
          synchronized (answers) {
            return answers.size() == 1000;
          }
        });
    synchronized (answers) {
      answers.forEach(answer -> GrpcServers.echo(text("z"), answer));
    }
    for (CompletableFuture<StringValue> call : calls) {
      assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(text("z"));
    }
    assertThat(client.connections()).hasSize(1);
  }

  @Test
  void callsOverTheServersNumberOfStreamsWait() throws Exception {
    LinkedBlockingQueue<StreamObserver<StringValue>> answers = new LinkedBlockingQueue<>();
    grpc.echo = (text, answer) -> answers.add(answer);
    RpcClient client =
        grpc.client(grpc.start(GrpcServers.builder().maxConcurrentCallsPerConnection(2)));
    await().until(() -> !client.connections().isEmpty()); // from here on the order is known
    List<CompletableFuture<StringValue>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(client.callAsync("Texts/echo", StringValue.class, text("x")).toCompletableFuture());
    }
    await().until(() -> answers.size() == 2);
    calls.remove(3).cancel(true); // waits: it is never sent
    for (int i = 0; i < 5; i++) {
      StreamObserver<StringValue> next = answers.poll(30, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      assertThat(answers.size()).isLessThan(2);
      GrpcServers.echo(text("y"), next);
    }
    for (CompletableFuture<StringValue> call : calls) {
      assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(text("y"));
    }
    assertThat(answers).isEmpty();
  }

  @Test
  void aSlowReaderHoldsTheServerBackAndNoOtherCall() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    RpcClient client =
        grpc.client(grpc.start(GrpcServers.builder().addService(GrpcServers.endless(sent))));
    try (RpcStream<StringValue> items =
        client.callStream("Endless/texts", StringValue.class, text("x"))) {
      AtomicInteger last = new AtomicInteger(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
      assertThat(sent.get()).isLessThan(3000);
      assertThat(client.call("Texts/echo", StringValue.class, text("y".repeat(100_000))))
          .isEqualTo(text("y".repeat(100_000)));
      int before = sent.get();
      var iterator = items.iterator();
      for (int i = 0; i <= before; i++) {
        assertThat(iterator.next()).isNotNull();
      }
    }
  }

  @Test
  void aSlowServerHoldsItsCallerBack() throws Exception {
    CompletableFuture<ServerCallStreamObserver<StringValue>> reading = new CompletableFuture<>();
    ServerServiceDefinition slow =
        ServerServiceDefinition.builder("Slow")
            .addMethod(
                Fixture.method(
                    MethodType.CLIENT_STREAMING,
                    "Slow/join",
                    StringValue.getDefaultInstance(),
                    StringValue.getDefaultInstance()),
                ServerCalls.asyncClientStreamingCall(answer -> {
                  var call = (ServerCallStreamObserver<StringValue>) answer;
                  call.disableAutoRequest();
                  reading.complete(call);
                  return GrpcServers.join(answer);
                }))
            .build();
    RpcClient client = grpc.client(grpc.start(GrpcServers.builder().addService(slow)));
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<Object> result =
        client
            .callAsync(
                "Slow/join",
                StringValue.class,
                CallOptions.defaults(),
                List.of(
                    RpcStream.<StringValue>produce(sink -> {
                      for (int i = 0; i < 4000; i++) {
                        sink.send(text("x".repeat(1000)));
                        sent.incrementAndGet();
                      }
                    })))
            .toCompletableFuture();
    var call = reading.get(30, TimeUnit.SECONDS);
    AtomicInteger last = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
    assertThat(sent.get()).isLessThan(3000);
    assertThat(client.call("Texts/echo", StringValue.class, text("y"))).isEqualTo(text("y"));
    call.request(20_000);
    assertThat(((StringValue) result.get(30, TimeUnit.SECONDS)).getValue()).hasSize(4000 * 1000);
  }

  // ---------------------------------------------------------------- TLS, Unix sockets

  private SelfSigned certificate(String name) throws Exception {
    return SelfSigned.in(Files.createDirectory(directory.resolve(name)), "localhost");
  }

  private static RpcClientBuilder secure(int port, ClientTls tls) {
    return RpcClient.over(Client.tcp("localhost", port))
        .wire(RpcWire.GRPC)
        .transport(transport -> transport.tls(tls));
  }

  @Test
  void tlsNegotiatesHttp2AndBothSidesShowTheirCertificates() throws Exception {
    SelfSigned server = certificate("server");
    SelfSigned client = certificate("client");
    GrpcServers.Headers headers = new GrpcServers.Headers();
    Server running =
        grpc.start(
            GrpcServers.builder()
                .intercept(headers)
                .sslContext(
                    GrpcSslContexts.forServer(
                            server.certificateFile().toFile(), server.keyFile().toFile())
                        .trustManager(client.certificateFile().toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build()));
    ClientTls tls = ClientTls.trusting(server.certificateFile());
    RpcClient known =
        grpc.start(
            secure(
                running.getPort(),
                tls.withIdentity(TlsIdentity.pem(client.certificateFile(), client.keyFile()))));
    assertThat(known.call("Texts/echo", StringValue.class, text("x"))).isEqualTo(text("x"));
    assertThat(headers.authority.get()).isEqualTo("localhost:" + running.getPort());
    assertThat(headers.tls.get().getPeerCertificates()[0]).isEqualTo(client.certificate());
    RpcClient unknown = grpc.start(secure(running.getPort(), tls));
    assertThat(GrpcServers.failureOf(unknown, "Texts/echo", text("x")).code())
        .isEqualTo(RpcCode.UNAVAILABLE);
  }

  @Test
  void aServerWithoutHttp2IsRefusedWithTheReason() throws Exception {
    SelfSigned server = certificate("server");
    RpcServer other =
        grpc.start(
            RpcServer.over(io.gannet.transport.Server.tcp("127.0.0.1", 0))
                .transport(transport ->
                    transport.tls(
                        io.gannet.transport.ServerTls.of(
                            TlsIdentity.pem(server.certificateFile(), server.keyFile())))));
    RpcClient client =
        grpc.start(secure(other.port(), ClientTls.trusting(server.certificateFile())));
    assertThat(GrpcServers.failureOf(client, "Texts/echo", text("x")))
        .hasMessageContaining("it has not selected h2 in TLS (ALPN)");
  }

  @Test
  void unixSocketsAreCalled() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable());
    Path socket = directory.resolve("grpc.sock");
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    grpc.closing(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync());
    grpc.start(
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops));
    RpcClient client =
        grpc.start(RpcClient.over(Client.unix(socket.toString())).wire(RpcWire.GRPC));
    assertThat(client.call("Texts/echo", StringValue.class, text("x"))).isEqualTo(text("x"));
  }

  // ---------------------------------------------------------------- the end of connections

  private static Instance instance(Server server) {
    return Instance.of("Texts", "grpc", "127.0.0.1:" + server.getPort())
        .withId(Integer.toString(server.getPort()));
  }

  private PublishedDirectory directoryOf(Instance... instances) {
    PublishedDirectory published = Directory.published("Texts");
    grpc.closing(published);
    published.publish(List.of(instances));
    return published;
  }

  /**
   * Calls on several threads until the test stops it. The calls are idempotent, because grpc-java
   * sometimes drains a connection without answering all calls up to the last one of its GOAWAY. No
   * client can know whether those were handled.
   */
  private final class Load {
    private static final CallOptions IDEMPOTENT = CallOptions.defaults().withIdempotent();

    final AtomicInteger done = new AtomicInteger();
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> callers = new ArrayList<>();

    Load(RpcClient client) {
      for (int i = 0; i < 8; i++) {
        callers.add(
            Thread.startVirtualThread(() -> {
              while (stopped.getCount() > 0 && failure.get() == null) {
                try {
                  client.call("Texts/echo", StringValue.class, IDEMPOTENT, List.of(text("x")));
                  done.incrementAndGet();
                } catch (Throwable t) {
                  failure.set(t);
                }
              }
            }));
      }
      grpc.closing(stopped::countDown);
    }

    void awaitMore(int calls) {
      int before = done.get();
      await().until(() -> done.get() >= before + calls || failure.get() != null);
      assertThat(failure.get()).isNull();
    }

    void stop() throws InterruptedException {
      stopped.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void aDrainUnderLoadFailsNoCall() throws Exception {
    Server first = grpc.start();
    Server second = grpc.start();
    RpcClient cluster = grpc.start(RpcClient.over(directoryOf(instance(first), instance(second))));
    Load load = new Load(cluster);
    load.awaitMore(200);
    first.shutdown();
    assertThat(first.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    load.awaitMore(200);
    load.stop();
  }

  @Test
  void connectionsThatTheServerEndsByTheirAgeAreReplaced() throws Exception {
    Server server =
        grpc.start(
            GrpcServers.builder()
                .maxConnectionAge(200, TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(10, TimeUnit.SECONDS));
    RpcClient cluster = grpc.start(RpcClient.over(directoryOf(instance(server))));
    Load load = new Load(cluster);
    load.awaitMore(100);
    var first = cluster.connections().iterator().next();
    await().until(() -> !cluster.connections().contains(first) && !cluster.connections().isEmpty());
    load.awaitMore(100);
    load.stop();
  }

  @Test
  void aKilledServerFailsItsCallsAndTheNextOneIsUsed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    grpc.echo = (text, answer) -> begun.countDown();
    Server first = grpc.start();
    RpcClient client = grpc.client(first);
    CompletableFuture<StringValue> call =
        client.callAsync("Texts/echo", StringValue.class, text("x")).toCompletableFuture();
    Fixture.await(begun);
    int port = first.getPort();
    first.shutdownNow();
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isIn(RpcCode.UNAVAILABLE, RpcCode.CANCELLED);
              assertThat(e.notStarted()).isFalse();
            });
    assertThat(first.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    grpc.echo = GrpcServers::echo;
    grpc.start(
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    await()
        .ignoreExceptions()
        .until(() -> text("y").equals(client.call("Texts/echo", StringValue.class, text("y"))));
  }

  @Test
  void aStoppedClientWaitsForItsCalls() throws Exception {
    CompletableFuture<StreamObserver<StringValue>> answer = new CompletableFuture<>();
    grpc.echo = (text, to) -> answer.complete(to);
    RpcClient client = grpc.client(grpc.start());
    CompletableFuture<StringValue> call =
        client.callAsync("Texts/echo", StringValue.class, text("x")).toCompletableFuture();
    StreamObserver<StringValue> to = answer.get(30, TimeUnit.SECONDS);
    client.stop(StopMode.DRAIN);
    assertThat(client.whenStopped().toCompletableFuture().isDone()).isFalse();
    GrpcServers.echo(text("y"), to);
    assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(text("y"));
    client.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void instancesOfSeveralProtocolsAreCalledByOneClient() throws Exception {
    Server foreign = grpc.start();
    RpcServer own =
        grpc.start(
            RpcServer.over(io.gannet.transport.Server.tcp("127.0.0.1", 0))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    RpcClient cluster =
        grpc.start(
            RpcClient.over(
                directoryOf(
                    instance(foreign),
                    Instance.of("Texts", "tcp", "127.0.0.1:" + own.port()).withId("own"))));
    await().until(() -> cluster.connections().size() == 2);
    Fixture.Texts texts = cluster.proxy(Fixture.Texts.class);
    for (int i = 0; i < 20; i++) {
      assertThat(texts.echo(text("x"), null)).isEqualTo(text("x"));
    }
    for (var peer : cluster.connections()) {
      assertThat(peer.stats().callsSent()).isPositive();
    }
  }
}
