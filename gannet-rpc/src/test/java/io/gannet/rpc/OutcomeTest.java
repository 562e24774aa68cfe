package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gannet.transport.Client;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The outcome of a call reaches the caller even if metadata or details exceed the limit. */
class OutcomeTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  /** The text that replaces omitted entries. */
  private static final String LEFT_OUT = "gannet-left-out";

  interface Shop {
    String buy(String what);

    RpcStream<String> list(String what);
  }

  static final class SoldOut extends Exception {
    private static final long serialVersionUID = 1L;

    SoldOut(String message) {
      super(message);
    }
  }

  interface Stock {
    void take() throws SoldOut;
  }

  /** An exception whose getMessage throws. */
  static final class Speechless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no words");
    }
  }

  private static Map<String, String> large() {
    Map<String, String> details = new HashMap<>();
    details.put("small", "kept");
    details.put("large", "x".repeat(19_000));
    details.put("k".repeat(300), "a key that is too long");
    return details;
  }

  private static RuntimeException failure(String what) {
    return switch (what) {
      case "large" -> new RpcException(RpcCode.FAILED_PRECONDITION, "not today", large());
      case "long" -> new RpcException(RpcCode.ABORTED, "ä".repeat(100_000));
      case "null" -> {
        Map<String, String> details = new HashMap<>();
        details.put("price", null);
        yield new RpcException(RpcCode.NOT_FOUND, "no price", details);
      }
      case "speechless" -> new Speechless();
      default -> new IllegalArgumentException(what);
    };
  }

  /** Fails in the way that its argument selects. */
  private static final class Failing implements Shop {
    @Override
    public String buy(String what) {
      throw failure(what);
    }

    @Override
    public RpcStream<String> list(String what) {
      return RpcStream.produce(sink -> {
        throw failure(what);
      });
    }
  }

  private static RpcException failureOf(ThrowingCallable call) {
    return catchThrowableOfType(RpcException.class, call);
  }

  @Test
  void codeAndMessageArriveWhenTheDetailsDoNotFit() {
    Shop shop = fixture.proxy(Shop.class, new Failing());
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> shop.buy("large"), () -> shop.list("large").stream().toList())) {
      RpcException failure = failureOf(call);
      assertThat(failure.code()).isEqualTo(RpcCode.FAILED_PRECONDITION);
      assertThat(failure).hasMessage("not today");
      assertThat(failure.details())
          .containsOnly(Map.entry("small", "kept"), Map.entry(LEFT_OUT, "2 of 3 entries"));
    }
  }

  @Test
  void aMessageThatIsTooLongIsTruncatedAndMarked() {
    Shop shop = fixture.proxy(Shop.class, new Failing());
    RpcException failure = failureOf(() -> shop.buy("long"));
    assertThat(failure.code()).isEqualTo(RpcCode.ABORTED);
    assertThat(failure.getMessage())
        .startsWith("äää")
        .hasSizeBetween(4000, 4096)
        .endsWith("characters more)");
  }

  @Test
  void aFailureThatCannotBeEncodedStillEndsTheCall() {
    Shop shop = fixture.proxy(Shop.class, new Failing());
    RpcException failure = failureOf(() -> shop.buy("null"));
    assertThat(failure.code()).isEqualTo(RpcCode.NOT_FOUND);
    assertThat(failure).hasMessage("no price");
    RpcException speechless = failureOf(() -> shop.buy("speechless"));
    assertThat(speechless.code()).isEqualTo(RpcCode.UNKNOWN);
    assertThat(speechless.remoteType()).isEqualTo(Speechless.class.getName());
  }

  @Test
  void aRegisteredExceptionArrivesWithoutDetailsThatDoNotFit() {
    AtomicReference<Map<String, String>> seen = new AtomicReference<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Stock.class,
                    () -> {
                      throw new SoldOut("gone");
                    })
                .exception(
                    SoldOut.class,
                    "SoldOut",
                    thrown -> large(),
                    (text, more) -> new SoldOut(text)));
    RpcClient client =
        fixture.start(
            fixture
                .client(server)
                .exception(
                    SoldOut.class,
                    "SoldOut",
                    thrown -> Map.of(),
                    (text, more) -> {
                      seen.set(more);
                      return new SoldOut(text);
                    }));
    assertThatThrownBy(() -> client.proxy(Stock.class).take())
        .isInstanceOf(SoldOut.class)
        .hasMessage("gone");
    assertThat(seen.get()).containsEntry("small", "kept").containsKey(LEFT_OUT);
  }

  private static Metadata entries(int count) {
    Metadata all = Metadata.empty();
    for (int i = 0; i < count; i++) {
      all = all.with("key-" + i, "value");
    }
    return all;
  }

  private static Shop replying(Metadata metadata) {
    return new Shop() {
      @Override
      public String buy(String what) {
        CallContext.current().orElseThrow().replyWith(metadata);
        return what;
      }

      @Override
      public RpcStream<String> list(String what) {
        CallContext.current().orElseThrow().replyWith(metadata);
        return RpcStream.of(what);
      }
    };
  }

  @Test
  void aResultArrivesWithoutMetadataThatDoesNotFit() {
    RpcServer server = fixture.start(fixture.server().service(Shop.class, replying(entries(65))));
    RpcClient client = fixture.start(fixture.client(server));
    AtomicReference<Metadata> reply = new AtomicReference<>();
    Shop shop = client.proxy(Shop.class, CallOptions.defaults().withOnReply(reply::set));
    assertThat(shop.buy("bread")).isEqualTo("bread");
    assertThat(reply.get().get("key-62")).isEqualTo("value");
    assertThat(reply.get().get("key-63")).isNull();
    assertThat(reply.get().get(LEFT_OUT)).isEqualTo("2 of 65 entries");
    reply.set(Metadata.empty());
    assertThat(shop.list("milk").stream()).containsExactly("milk");
    assertThat(reply.get().get(LEFT_OUT)).isEqualTo("2 of 65 entries");
  }

  @Test
  void metadataBeyondTheLimitsOfTheClientIsLeftOut() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Shop.class, replying(entries(40).with("large", "x".repeat(10_000)))));
    RpcClient client = fixture.start(fixture.client(server).maxMetadata(10, 1000));
    AtomicReference<Metadata> reply = new AtomicReference<>();
    Shop shop = client.proxy(Shop.class, CallOptions.defaults().withOnReply(reply::set));
    assertThat(shop.buy("bread")).isEqualTo("bread");
    assertThat(reply.get().get("key-8")).isEqualTo("value");
    assertThat(reply.get().get(LEFT_OUT)).isEqualTo("32 of 41 entries");
    RpcServer failing = fixture.start(fixture.server().service(Shop.class, new Failing()));
    RpcClient small = fixture.start(fixture.client(failing).maxMetadata(2, 60));
    RpcException failure = failureOf(() -> small.proxy(Shop.class).buy("large"));
    assertThat(failure.code()).isEqualTo(RpcCode.FAILED_PRECONDITION);
    assertThat(failure).hasMessage("not today");
  }

  @Test
  void theOutcomeArrivesWhenTheFrameIsTooLargeForTheCaller() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Shop.class, new Failing())
                .service(Stock.class, () -> {})
                .interceptIncoming((call, next) -> {
                  return next.proceed(call)
                      .thenApply(
                          reply -> reply.withMetadata(Metadata.of("large", "x".repeat(10_000))));
                }));
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("127.0.0.1", server.port()))
                .transport(transport -> transport.maxMessageSize(600)));
    for (String what : List.of("large", "long")) {
      RpcException failure = failureOf(() -> client.proxy(Shop.class).buy(what));
      assertThat(failure.code())
          .isEqualTo(what.equals("large") ? RpcCode.FAILED_PRECONDITION : RpcCode.ABORTED);
      assertThat(failure.getMessage()).startsWith(what.equals("large") ? "not today" : "ää");
    }
    AtomicReference<Metadata> reply = new AtomicReference<>();
    client.call(
        "Stock/take", Void.class, CallOptions.defaults().withOnReply(reply::set), List.of());
    assertThat(reply.get().get(LEFT_OUT)).isNotNull();
  }

  @Test
  void metadataOverTheLimitOfTheCallerIsExhaustedAndNotStarted() {
    RpcServer server = fixture.start(fixture.server().service(Shop.class, replying(entries(1))));
    RpcClient client = fixture.start(fixture.client(server));
    for (Metadata tooMuch :
        List.of(
            entries(65),
            Metadata.of("large", "x".repeat(17_000)),
            Metadata.of("huge", "x".repeat(70_000)))) {
      CallOptions options = CallOptions.defaults().withMetadata(tooMuch);
      Shop shop = client.proxy(Shop.class, options);
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> shop.buy("x"),
              () -> shop.list("x").next(),
              () -> client.callOneWay("Shop/buy", options, List.of("x")),
              () ->
                  unwrapping(() ->
                      client
                          .callAsync("Shop/buy", String.class, options, List.of("x"))
                          .toCompletableFuture()
                          .join()))) {
        RpcException failure = failureOf(call);
        assertThat(failure.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
        assertThat(failure.notStarted()).isTrue();
        assertThat(failure).hasMessageContaining("maxMetadata");
      }
    }
  }

  private static void unwrapping(Runnable call) throws Throwable {
    try {
      call.run();
    } catch (CompletionException e) {
      throw e.getCause();
    }
  }

  // ---------------------------------------------------------------- deadlines

  interface Slow {
    String wait(String text) throws InterruptedException;

    CompletionStage<String> waitLater(String text);

    RpcStream<String> items();

    int count(RpcStream<String> items);
  }

  @Test
  void anExpiredCallReportsMethodAndTimeout() {
    CountDownLatch gate = fixture.gate();
    CompletableFuture<String> later = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Slow.class,
                    new Slow() {
                      @Override
                      public String wait(String text) throws InterruptedException {
                        Fixture.await(gate);
                        return text;
                      }

                      @Override
                      public CompletionStage<String> waitLater(String text) {
                        return later;
                      }

                      @Override
                      public RpcStream<String> items() {
                        return RpcStream.produce(sink -> Fixture.await(gate));
                      }

                      @Override
                      public int count(RpcStream<String> items) {
                        return (int) items.stream().count();
                      }
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofMillis(300));
    Slow slow = client.proxy(Slow.class, options);
    assertLate(() -> slow.wait("x"), "Slow/wait");
    assertLate(
        () -> unwrapping(() -> slow.waitLater("x").toCompletableFuture().join()), "Slow/waitLater");
    assertLate(() -> slow.items().next(), "Slow/items");
    assertLate(() -> slow.count(RpcStream.produce(sink -> Fixture.await(gate))), "Slow/count");
    gate.countDown();
    later.complete("");
  }

  private static void assertLate(ThrowingCallable call, String method) {
    RpcException failure = failureOf(call);
    assertThat(failure.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED);
    // The rest of the deadline when the call was sent: little on a slow machine, or all of it.
    assertThat(failure.getMessage()).contains(method).containsPattern("\\b([12]?\\d?\\d|300) ms");
  }

  // ---------------------------------------------------------------- arguments and results

  /** Jackson can't write it. */
  public static class Unwritable {
    public String getValue() {
      throw new IllegalStateException("not today");
    }

    public void setValue(String value) {}
  }

  record Order(String what, int count, List<Line> lines, LocalDate day) {}

  record Line(String text, Size size) {}

  enum Size {
    SMALL,
    LARGE
  }

  interface Orders {
    String place(Order order);

    String placeAll(List<Order> orders, boolean quick);

    Unwritable result();

    String any(@Nullable Unwritable value);

    String count(RpcStream<Line> lines);
  }

  private RpcServer orders() {
    return fixture.start(
        fixture
            .server()
            .service(
                Orders.class,
                new Orders() {
                  @Override
                  public String place(Order order) {
                    return "placed";
                  }

                  @Override
                  public String placeAll(List<Order> orders, boolean quick) {
                    return "placed";
                  }

                  @Override
                  public Unwritable result() {
                    return new Unwritable();
                  }

                  @Override
                  public String any(@Nullable Unwritable value) {
                    return "any";
                  }

                  @Override
                  public String count(RpcStream<Line> lines) {
                    return "" + lines.stream().count();
                  }
                }));
  }

  @Test
  void argumentsThatCannotBeReadDoNotNameTheClassesOfTheServerAndAreNotStarted() {
    RpcClient client = fixture.start(fixture.client(orders()));
    Map<String, String> wrong =
        Map.of(
            "{\"what\":{}}", "what",
            "{\"count\":\"many\"}", "count",
            "{\"lines\":[{\"text\":\"a\"},{\"size\":\"HUGE\"}]}", "lines[1].size",
            "{\"lines\":7}", "lines",
            "{\"day\":\"yesterday\"}", "day",
            "{\"lines\":", "JSON",
            "[]", "",
            "7", "");
    wrong.forEach((json, names) -> {
      RpcException failure =
          failureOf(() -> client.call("Orders/place", String.class, new Json(json)));
      assertInvalid(failure, json);
      assertThat(failure.getMessage()).as(json).contains(names);
      RpcException several =
          failureOf(() ->
              client.call("Orders/placeAll", String.class, new Json("[[" + json + "],true]")));
      assertInvalid(several, json);
    });
    RpcException stream =
        failureOf(() ->
            client.call(
                "Orders/count", String.class, CallOptions.defaults(), List.of(RpcStream.of("x"))));
    assertThat(stream.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
    assertNamesNoClasses(stream);
    assertThat(stream.notStarted()).isFalse();
  }

  private static void assertInvalid(RpcException failure, String json) {
    assertThat(failure.code()).as(json).isEqualTo(RpcCode.INVALID_ARGUMENT);
    assertThat(failure.notStarted()).as(json).isTrue();
    assertNamesNoClasses(failure);
  }

  private static void assertNamesNoClasses(RpcException failure) {
    assertThat(failure.getMessage())
        .doesNotContain("OutcomeTest", "gannet.rpc", "java.", "jackson", "Order`", "`", "SMALL")
        .doesNotContain(Arrays.asList("record", "LocalDate"));
  }

  @Test
  void argumentsThatCannotBeWrittenAreNotStarted() {
    RpcServer server = orders();
    for (RpcClient client :
        List.of(
            fixture.start(fixture.client(server)),
            fixture.start(fixture.client(server).compressAbove(0)))) {
      Orders orders = client.proxy(Orders.class);
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> orders.any(new Unwritable()),
              () ->
                  client.callOneWay(
                      "Orders/any", CallOptions.defaults(), List.of(new Unwritable())),
              () ->
                  unwrapping(() ->
                      client
                          .callAsync(
                              "Orders/any",
                              String.class,
                              CallOptions.defaults(),
                              List.of(new Unwritable()))
                          .toCompletableFuture()
                          .join()),
              () ->
                  client
                      .callStream(
                          "Orders/any",
                          String.class,
                          CallOptions.defaults(),
                          List.of(new Unwritable()))
                      .next())) {
        RpcException failure = failureOf(call);
        assertThat(failure)
            .hasMessageContaining("can't be written")
            .hasMessageContaining("not today");
        assertThat(failure.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
        assertThat(failure.notStarted()).isTrue();
      }
      RpcException item =
          failureOf(() ->
              client.call(
                  "Orders/count",
                  String.class,
                  CallOptions.defaults(),
                  List.of(RpcStream.of(new Unwritable()))));
      assertThat(item.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
      assertThat(item.notStarted()).isFalse();
      assertThat(orders.any(null)).isEqualTo("any");
    }
  }

  @Test
  void aResultThatCannotBeWrittenDoesNotNameTheClassesOfTheServer() {
    RpcClient client = fixture.start(fixture.client(orders()));
    RpcException failure = failureOf(() -> client.proxy(Orders.class).result());
    assertThat(failure.code()).isEqualTo(RpcCode.INTERNAL);
    assertThat(failure).hasMessageContaining("Orders/result").hasMessageContaining("written");
    assertNamesNoClasses(failure);
    assertThat(failure.getMessage()).doesNotContain("Unwritable", "not today");
  }
}
