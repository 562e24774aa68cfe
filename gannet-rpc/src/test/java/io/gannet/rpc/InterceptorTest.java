package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Metadata in both directions, and interceptors on both sides. */
class InterceptorTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Echo {
    String echo(String text);

    CompletionStage<String> later(String text);

    @OneWay
    void drop(String text);
  }

  /** Returns its argument, with the metadata. */
  static class EchoBack implements Echo {
    final List<String> dropped = new CopyOnWriteArrayList<>();

    @Override
    public String echo(String text) {
      CallContext call = CallContext.current().orElseThrow();
      call.replyWith(call.metadata());
      call.replyWith(Metadata.of("handled", "yes"));
      if (text.equals("fail")) {
        throw new RpcException(RpcCode.ABORTED, "as you like");
      }
      return text;
    }

    @Override
    public CompletionStage<String> later(String text) {
      return CompletableFuture.completedStage(text);
    }

    @Override
    public void drop(String text) {
      dropped.add(text);
    }
  }

  @Test
  void metadataGoesBothWaysAlsoWithFailures() {
    RpcServer server = fixture.start(fixture.server().service(Echo.class, new EchoBack()));
    RpcClient client = fixture.start(fixture.client(server));
    AtomicReference<Metadata> reply = new AtomicReference<>();
    CallOptions options =
        CallOptions.defaults()
            .withMetadata(Metadata.of("user", "Adä").with("x", ""))
            .withOnReply(reply::set);
    Metadata expected = Metadata.of("user", "Adä").with("x", "").with("handled", "yes");
    client.proxy(Echo.class, options).echo("x");
    assertThat(reply.getAndSet(null)).isEqualTo(expected);
    assertThatThrownBy(() -> client.proxy(Echo.class, options).echo("fail"))
        .hasMessage("as you like");
    assertThat(reply.get()).isEqualTo(expected);
  }

  @Test
  void interceptorsOfBothSidesSeeTheCallInTheirOrder() {
    List<String> seen = new CopyOnWriteArrayList<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Echo.class, new EchoBack())
                .interceptIncoming(noting("in 1", seen))
                .interceptIncoming(noting("in 2", seen)));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing(noting("out 1", seen))
                .interceptOutgoing(noting("out 2", seen)));
    assertThat(client.proxy(Echo.class).echo("x")).isEqualTo("x");
    assertThat(seen)
        .containsExactly(
            "out 1 > OUTGOING Echo/echo[x] false",
            "out 2 > OUTGOING Echo/echo[x] false",
            "in 1 > INCOMING Echo/echo[x] false",
            "in 2 > INCOMING Echo/echo[x] false",
            "in 2 < x",
            "in 1 < x",
            "out 2 < x",
            "out 1 < x");
    seen.clear();
    assertThat(client.proxy(Echo.class).later("y").toCompletableFuture().join()).isEqualTo("y");
    assertThat(seen).hasSize(8);
    seen.clear();
    client.proxy(Echo.class).drop("z");
    assertThat(seen).contains("out 1 > OUTGOING Echo/drop[z] true", "out 1 < null");
  }

  @Test
  void anExceptionOfAnInterceptorReachesTheCallerOfAOneWayCall() {
    RpcServer server = fixture.start(fixture.server().service(Echo.class, new EchoBack()));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) -> {
                  throw new IllegalArgumentException("not this");
                }));
    assertThatThrownBy(() -> client.proxy(Echo.class).drop("x"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("not this");
    assertThatThrownBy(() -> client.callOneWay("Echo/drop", "x"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("not this");
  }

  private static RpcInterceptor noting(String name, List<String> seen) {
    return (call, next) -> {
      seen.add(
          "%s > %s %s%s %s"
              .formatted(name, call.direction(), call.method(), call.arguments(), call.isOneWay()));
      return next.proceed(call)
          .whenComplete((reply, failure) ->
              seen.add(
                  "%s < %s"
                      .formatted(name, failure == null ? reply.result() : failure.getMessage())));
    };
  }

  @Test
  void interceptorsChangeArgumentsResultsMetadataAndFailures() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Echo.class, new EchoBack())
                .interceptIncoming((call, next) ->
                    next.proceed(
                            call.withArguments(List.of(call.arguments().getFirst() + " in"))
                                .withMetadata(call.metadata().with("by", "server")))
                        .thenApply(reply ->
                            reply
                                .withResult(reply.result() + " back")
                                .withMetadata(reply.metadata().with("last", "word")))));
    AtomicReference<Metadata> metadata = new AtomicReference<>();
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) ->
                    next.proceed(
                            call.withArguments(List.of(call.arguments().getFirst() + " out"))
                                .withMetadata(Metadata.of("from", "client")))
                        .thenApply(reply -> {
                          metadata.set(reply.metadata());
                          return reply.withResult(reply.result() + " home");
                        })));
    assertThat(client.proxy(Echo.class).echo("x")).isEqualTo("x out in back home");
    assertThat(metadata.get())
        .isEqualTo(
            Metadata.of("from", "client")
                .with("by", "server")
                .with("handled", "yes")
                .with("last", "word"));
  }

  @Test
  void interceptorsMayEndCalls() {
    AtomicInteger handled = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Echo.class,
                    new EchoBack() {
                      @Override
                      public String echo(String text) {
                        handled.incrementAndGet();
                        return text;
                      }
                    })
                .interceptIncoming((call, next) -> {
                  if (call.arguments().getFirst().equals("refused")) {
                    throw new RpcException(RpcCode.PERMISSION_DENIED, "no");
                  }
                  return next.proceed(call);
                }));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) ->
                    call.arguments().getFirst().equals("cached")
                        ? CompletableFuture.completedStage(
                            new RpcReply("from the cache", Metadata.empty()))
                        : next.proceed(call)));
    assertThat(client.proxy(Echo.class).echo("cached")).isEqualTo("from the cache");
    assertThatThrownBy(() -> client.proxy(Echo.class).echo("refused"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.PERMISSION_DENIED));
    assertThat(handled).hasValue(0);
  }

  @Test
  void anInterceptorMayRetry() {
    AtomicInteger attempts = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Echo.class,
                    new EchoBack() {
                      @Override
                      public String echo(String text) {
                        if (attempts.incrementAndGet() < 3) {
                          throw new RpcException(RpcCode.UNAVAILABLE, "not yet");
                        }
                        return text;
                      }
                    }));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(InterceptorTest::retrying));
    assertThat(client.proxy(Echo.class).echo("x")).isEqualTo("x");
    assertThat(attempts).hasValue(3);
  }

  private static CompletionStage<RpcReply> retrying(RpcCall call, RpcInterceptor.Chain next) {
    return next.proceed(call).exceptionallyCompose(failure -> retrying(call, next));
  }

  @Test
  void anInterceptorDoesNotMakeACallLongerThanItsDeadline() {
    AtomicInteger handled = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Echo.class, new EchoBack())
                .interceptIncoming((call, next) -> {
                  handled.incrementAndGet();
                  return next.proceed(call);
                }));
    CompletableFuture<Void> delay = new CompletableFuture<>();
    AtomicReference<CompletableFuture<RpcReply>> late = new AtomicReference<>();
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) -> {
                  late.set(delay.thenCompose(ended -> next.proceed(call)));
                  return late.get();
                }));
    Echo echo =
        client.proxy(Echo.class, CallOptions.defaults().withTimeout(Duration.ofMillis(100)));
    assertThatThrownBy(() -> echo.echo("x"))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED);
              assertThat(e.notStarted()).isTrue();
            });
    delay.complete(null);
    assertThat(late.get()).failsWithin(Duration.ofSeconds(30));
    assertThat(handled).hasValue(0);
  }

  @Test
  void anInterceptorThatThrowsOrReturnsNullFailsTheCall() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Echo.class, new EchoBack())
                .interceptIncoming((call, next) -> {
                  throw new IllegalStateException("broken");
                }));
    assertThatThrownBy(() -> fixture.start(fixture.client(server)).proxy(Echo.class).echo("x"))
        .isInstanceOf(RpcException.class)
        .hasMessage("broken");
    RpcClient forgetful =
        fixture.start(fixture.client(server).interceptOutgoing((call, next) -> null));
    assertThatThrownBy(() -> forgetful.proxy(Echo.class).echo("x"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("instead of a stage");
  }

  @Test
  void interceptorsSeeUnreadableArgumentsAsAFailure() {
    AtomicReference<Throwable> seen = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Echo.class, new EchoBack())
                .interceptIncoming((call, next) ->
                    next.proceed(call).whenComplete((reply, failure) -> seen.set(failure))));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Echo/echo", Json.class, new Json("{}")))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    assertThat(seen.get()).isInstanceOf(RpcException.class);
  }

  @Test
  void cancellingACallThatIsInterceptedCancelsItsHandler() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<Void> interrupted = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .interceptIncoming((call, next) -> next.proceed(call))
                .service(
                    Echo.class,
                    new EchoBack() {
                      @Override
                      public CompletionStage<String> later(String text) {
                        CallContext.current().orElseThrow().onCancel(() -> stage.cancel(true));
                        begun.countDown();
                        return stage;
                      }

                      @Override
                      public String echo(String text) {
                        begun.countDown();
                        try {
                          Thread.sleep(Duration.ofMinutes(1));
                        } catch (InterruptedException e) {
                          interrupted.complete(null);
                        }
                        return text;
                      }
                    }));
    Echo echo =
        fixture
            .start(fixture.client(server).interceptOutgoing((call, next) -> next.proceed(call)))
            .proxy(Echo.class);
    CompletableFuture<String> call = echo.later("x").toCompletableFuture();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            echo.echo("x");
          } catch (Throwable t) {
            failure.complete(t);
          }
        });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel(true);
    caller.interrupt();
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.CANCELLED));
    interrupted.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(stage::join).isInstanceOf(CancellationException.class);
  }
}
