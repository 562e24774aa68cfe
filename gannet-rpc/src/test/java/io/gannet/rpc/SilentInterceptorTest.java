package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An interceptor that never completes doesn't delay a caller beyond the deadline. */
@Timeout(30)
class SilentInterceptorTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Shop {
    String buy(String what);

    CompletionStage<String> order(String what);

    RpcStream<String> list();

    int sell(RpcStream<String> items);

    @OneWay
    void note(String what);
  }

  private static final class Open implements Shop {
    final CountDownLatch listing = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public String buy(String what) {
      return what;
    }

    @Override
    public CompletionStage<String> order(String what) {
      return CompletableFuture.completedStage(what);
    }

    @Override
    public RpcStream<String> list() {
      return RpcStream.produce(sink -> {
        listing.countDown();
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          ended.countDown();
        }
      });
    }

    @Override
    public int sell(RpcStream<String> items) {
      return (int) items.stream().count();
    }

    @Override
    public void note(String what) {}
  }

  private final Open open = new Open();

  private RpcClientBuilder client() {
    return fixture.client(fixture.start(fixture.server().service(Shop.class, open)));
  }

  private static RpcInterceptor silent() {
    return (call, next) -> new CompletableFuture<>();
  }

  private static void assertLate(ThrowingCallable call, String method) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED);
              assertThat(e).hasMessageContaining(method).hasMessageContaining("interceptor");
            });
  }

  private static void unwrapping(CompletionStage<?> stage) throws Throwable {
    try {
      stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause();
    }
  }

  @Test
  void theDeadlineEndsEveryKindOfCall() {
    RpcClient client = fixture.start(client().interceptOutgoing(silent()));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofMillis(200));
    Shop shop = client.proxy(Shop.class, options);
    assertLate(() -> shop.buy("x"), "Shop/buy");
    assertLate(() -> unwrapping(shop.order("x")), "Shop/order");
    assertLate(() -> shop.list().next(), "Shop/list");
    assertLate(() -> shop.sell(RpcStream.of("x")), "Shop/sell");
    assertLate(() -> shop.note("x"), "Shop/note");
  }

  @Test
  void theDefaultDeadlineEndsAllCallsExceptStreams() {
    RpcClient client =
        fixture.start(client().defaultTimeout(Duration.ofMillis(200)).interceptOutgoing(silent()));
    Shop shop = client.proxy(Shop.class);
    assertLate(() -> shop.buy("x"), "Shop/buy");
    assertLate(() -> shop.list().next(), "Shop/list");
    assertLate(() -> shop.sell(RpcStream.of("x")), "Shop/sell");
  }

  @Test
  void aStreamThatTheInterceptorDoesNotPassOnIsClosed() throws Exception {
    AtomicReference<CompletionStage<RpcReply>> kept = new AtomicReference<>();
    RpcClient client =
        fixture.start(
            client()
                .defaultTimeout(Duration.ofSeconds(3))
                .interceptOutgoing((call, next) -> {
                  CompletionStage<RpcReply> reply = next.proceed(call);
                  if (call.method().equals("Shop/buy")) {
                    return reply;
                  }
                  kept.set(reply);
                  return new CompletableFuture<>();
                }));
    Shop shop = client.proxy(Shop.class);
    assertThat(shop.buy("x")).isEqualTo("x"); // what is slow the first time is not in the deadline
    RpcStream<String> list = shop.list();
    assertThat(open.listing.await(10, TimeUnit.SECONDS)).isTrue();
    assertLate(list::next, "Shop/list");
    assertThat(open.ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kept.get()).isNotNull();
  }

  @Test
  void aStreamThatComesTooLateIsClosed() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    RpcClient client =
        fixture.start(
            client()
                .defaultTimeout(Duration.ofSeconds(3))
                .interceptOutgoing((call, next) -> {
                  CompletionStage<RpcReply> reply = next.proceed(call);
                  if (call.method().equals("Shop/buy")) {
                    return reply;
                  }
                  return gate.thenCompose(nothing -> reply);
                }));
    Shop shop = client.proxy(Shop.class);
    assertThat(shop.buy("x")).isEqualTo("x"); // what is slow the first time is not in the deadline
    RpcStream<String> list = shop.list();
    assertLate(list::next, "Shop/list");
    gate.complete(null);
    assertThat(open.ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anExceptionOfAnInterceptorReachesTheReaderOfTheStream() {
    Thread caller = Thread.currentThread();
    AtomicReference<CompletableFuture<RpcReply>> reply = new AtomicReference<>();
    TimeSource time =
        TimeSource.of(
            () -> {
              CompletableFuture<RpcReply> waiting = reply.get();
              if (waiting != null && Thread.currentThread().equals(caller)) {
                waiting.completeExceptionally(new IllegalStateException("by the interceptor"));
              }
              return System.nanoTime();
            },
            fixture.closing(Executors.newSingleThreadScheduledExecutor()));
    RpcClient client =
        fixture.start(
            client()
                .time(time)
                .interceptOutgoing((call, next) -> {
                  reply.set(new CompletableFuture<>());
                  return reply.get();
                }));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofSeconds(10));
    RpcStream<String> list = client.proxy(Shop.class, options).list();
    assertThatThrownBy(list::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("by the interceptor");
  }

  @Test
  void anInterceptorSeesTheDeadlineFailureAndMayRecover() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Shop.class,
                    new Shop() {
                      @Override
                      public String buy(String what) {
                        try {
                          Thread.sleep(60_000);
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                        return what;
                      }

                      @Override
                      public CompletionStage<String> order(String what) {
                        return CompletableFuture.completedStage(what);
                      }

                      @Override
                      public RpcStream<String> list() {
                        return RpcStream.of();
                      }

                      @Override
                      public int sell(RpcStream<String> items) {
                        return 0;
                      }

                      @Override
                      public void note(String what) {}
                    }));
    AtomicReference<Throwable> seen = new AtomicReference<>();
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .interceptOutgoing((call, next) ->
                    next.proceed(call).whenComplete((reply, failure) -> seen.set(failure))));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofMillis(200));
    assertThatThrownBy(() -> client.proxy(Shop.class, options).buy("x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
    org.awaitility.Awaitility.await()
        .untilAsserted(() ->
            assertThat(seen.get())
                .satisfiesAnyOf(
                    failure -> assertThat(failure).isInstanceOf(RpcException.class),
                    failure -> assertThat(failure).hasCauseInstanceOf(RpcException.class))
                .hasMessageContaining("Shop/buy"));
  }

  @Test
  void aCallWhoseIncomingInterceptorNeverCompletesIsAnsweredAtTheDeadline() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Shop.class, open)
                .interceptIncoming((call, next) ->
                    call.timeLeft().isPresent()
                        ? new CompletableFuture<RpcReply>()
                            .completeOnTimeout(
                                new RpcReply("late", Metadata.empty()), 2, TimeUnit.SECONDS)
                        : next.proceed(call)));
    RpcClient client = fixture.start(fixture.client(server));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofMillis(200));
    assertThatThrownBy(() -> client.call("Shop/buy", String.class, options, List.of("x")))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
  }
}
