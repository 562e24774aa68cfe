package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Calls that fail. */
class FailureTest {

  interface Failing {
    void fail(String how) throws IOException;
  }

  @Test
  void onlyUnexpectedFailuresAreLoggedWithTheirStack() {
    Failing remote =
        fixture.proxy(
            Failing.class,
            how -> {
              switch (how) {
                case "chosen" -> throw new RpcException(RpcCode.ABORTED, "this is chosen");
                case "named" -> throw new IOException("this is named");
                default -> throw new IllegalStateException("this is a bug");
              }
            });
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      for (String how : List.of("chosen", "named", "bug")) {
        assertThatThrownBy(() -> remote.fail(how)).isInstanceOf(RpcException.class);
      }
      await()
          .untilAsserted(() ->
              assertThat(log.toString(UTF_8))
                  .contains("call Failing/fail of ")
                  .contains("this is a bug")
                  .contains("\tat ")
                  .doesNotContain("this is chosen")
                  .doesNotContain("this is named"));
    } finally {
      System.setErr(before);
    }
  }

  @RegisterExtension final Fixture fixture = new Fixture();

  static class Poor extends Exception {
    private static final long serialVersionUID = 1L;
    private final int missing;

    Poor(String message, int missing) {
      super(message);
      this.missing = missing;
    }
  }

  static class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Busy(String message) {
      super(message);
    }
  }

  interface Bank {
    int pay(int amount) throws Poor;

    int payQuietly(int amount);

    CompletionStage<Integer> payLater(int amount);
  }

  /** Fails in the way that the amount selects. */
  static class Teller implements Bank {
    @Override
    public int pay(int amount) throws Poor {
      return switch (amount) {
        case 1 -> throw new Poor("no money", 7);
        case 2 -> throw new Busy("come again");
        case 3 -> throw new IllegalStateException("broken");
        case 4 ->
            throw new RpcException(
                RpcCode.PERMISSION_DENIED, "not you", Map.of("who is allowed", "nobody"));
        case 5 -> throw new StackOverflowError();
        default -> amount;
      };
    }

    @Override
    public int payQuietly(int amount) {
      try {
        return pay(amount);
      } catch (Poor e) {
        throw sneaky(e);
      }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
      throw (E) e;
    }

    @Override
    public CompletionStage<Integer> payLater(int amount) {
      CompletableFuture<Integer> paid = new CompletableFuture<>();
      try {
        paid.complete(pay(amount));
      } catch (Throwable t) {
        paid.completeExceptionally(t);
      }
      return paid;
    }
  }

  private static <B extends RpcEndpointBuilder<B>> B knowing(B builder) {
    return builder
        .exception(Busy.class, Busy::new)
        .exception(
            Poor.class,
            "poor",
            thrown -> Map.of("missing", String.valueOf(thrown.missing)),
            (message, details) -> new Poor(message, Integer.parseInt(details.get("missing"))));
  }

  private Bank knowingBank() {
    RpcServer server = fixture.start(knowing(fixture.server()).service(Bank.class, new Teller()));
    return fixture.start(knowing(fixture.client(server))).proxy(Bank.class);
  }

  @Test
  void registeredExceptionsArriveWithTheirType() {
    Bank bank = knowingBank();
    assertThat(catchThrowableOfType(Poor.class, () -> bank.pay(1)))
        .hasMessage("no money")
        .extracting(poor -> poor.missing)
        .isEqualTo(7);
    assertThatThrownBy(() -> bank.pay(2)).isInstanceOf(Busy.class).hasMessage("come again");
    assertThatThrownBy(() -> bank.payLater(1).toCompletableFuture().get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Poor.class);
  }

  @Test
  void aCheckedExceptionThatTheMethodDoesNotDeclareArrivesAsRpcException() {
    Bank bank = knowingBank();
    assertThatThrownBy(() -> bank.payQuietly(1))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.remoteType()).isEqualTo("poor"))
        .hasMessage("no money");
  }

  @Test
  void otherExceptionsArriveWithTypeAndMessageButWithoutTheirStack() {
    Bank bank = knowingBank();
    assertThatThrownBy(() -> bank.pay(3))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNKNOWN);
              assertThat(e.remoteType()).isEqualTo("java.lang.IllegalStateException");
              assertThat(e.details()).isEmpty();
              assertThat(e.notStarted()).isFalse();
            })
        .hasMessage("broken")
        .hasToString(
            "io.gannet.rpc.RpcException: UNKNOWN: broken (java.lang.IllegalStateException)");
    assertThatThrownBy(() -> bank.payLater(3).toCompletableFuture().join())
        .cause()
        .isInstanceOf(RpcException.class)
        .hasMessage("broken");
    assertThatThrownBy(() -> bank.pay(5))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> assertThat(e.remoteType()).isEqualTo("java.lang.StackOverflowError"));
    assertThat(pay(bank, 6)).isEqualTo(6);
  }

  private static int pay(Bank bank, int amount) {
    try {
      return bank.pay(amount);
    } catch (Poor e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aHandlerMayFailWithCodeMessageAndDetails() {
    Bank bank = knowingBank();
    assertThatThrownBy(() -> bank.pay(4))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.PERMISSION_DENIED);
              assertThat(e.remoteType()).isNull();
              assertThat(e.details()).isEqualTo(Map.of("who is allowed", "nobody"));
            })
        .hasMessage("not you");
  }

  @Test
  void theStackIsSentIfConfigured() {
    RpcServer server =
        fixture.start(fixture.server().service(Bank.class, new Teller()).exposeStacks());
    Bank bank = fixture.start(fixture.client(server)).proxy(Bank.class);
    assertThatThrownBy(() -> bank.pay(3))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.details().get("stack")).contains("Teller.pay"));
  }

  @Test
  void noClassIsLoadedByANameOfThePeer() {
    RpcServer server = fixture.start(knowing(fixture.server()).service(Bank.class, new Teller()));
    Bank bank = fixture.start(fixture.client(server)).proxy(Bank.class); // doesn't know them
    assertThatThrownBy(() -> bank.pay(2))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.remoteType()).isEqualTo(Busy.class.getName()));
  }

  @Test
  void callsOfUnknownServicesAndMethodsFailAsUnimplemented() {
    RpcServer server = fixture.start(fixture.server().service(Bank.class, new Teller()));
    RpcClient client = fixture.start(fixture.client(server));
    assertUnimplemented(client, "Shop/buy", "there is no service 'Shop'");
    assertUnimplemented(client, "Bank/rob", "service 'Bank' has no method 'rob'");
    assertUnimplemented(client, "nonsense", "'nonsense' is not of the form Service/method");
    assertUnimplemented(client, "", "'' is not of the form Service/method");
  }

  private static void assertUnimplemented(RpcClient client, String method, String message) {
    assertThatThrownBy(() -> client.call(method, Json.class))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED);
              assertThat(e.notStarted()).isTrue();
            })
        .hasMessage(message);
  }

  /** Accepts any argument. */
  interface Shelf {
    void put(JsonNode any);
  }

  interface Pair {
    String both(String one, List<Integer> two);
  }

  @Test
  void argumentsOfTheWrongShapeAreInvalid() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Bank.class, new Teller())
                .service(Shelf.class, any -> {})
                .service(Pair.class, (one, two) -> one + two));
    RpcClient client = fixture.start(fixture.client(server));
    for (String json : List.of("\"x\"", "{}", "1 2", "", "[", "null", "x")) {
      assertInvalid(client, "Bank/pay", json);
    }
    assertInvalid(client, "Shelf/put", "[1e405324678901234567880]");
    for (String json :
        List.of(
            "1", "[]", "[\"a\"]", "[\"a\",[1],2]", "[\"a\",[1]", "[\"a\",{}]", "[\"a\",[1]]]")) {
      assertInvalid(client, "Pair/both", json);
    }
    assertThat(client.call("Pair/both", String.class, new Json("[\"a\",[1]]"))).isEqualTo("a[1]");
    assertThat(client.call("Pair/both", String.class, new Json("[null,null]")))
        .isEqualTo("nullnull");
  }

  private static void assertInvalid(RpcClient client, String method, String json) {
    assertThatThrownBy(() -> client.call(method, Json.class, new Json(json)))
        .as("%s %s", method, json)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
  }

  interface Strange {
    String give(String what);
  }

  interface Unwilling {
    Unwritable give();
  }

  /** Jackson can't write it. */
  public static class Unwritable {
    public String getValue() {
      throw new IllegalStateException("not today");
    }
  }

  @Test
  void aResultThatCannotBeWrittenFailsTheCallAndNothingElse() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Strange.class,
                    what ->
                        switch (what) {
                          case "large" -> "x".repeat(5 << 20);
                          default -> what;
                        })
                .service(Unwilling.class, Unwritable::new));
    RpcClient client = fixture.start(fixture.client(server));
    Strange strange = client.proxy(Strange.class);
    assertThatThrownBy(() -> client.proxy(Unwilling.class).give())
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL))
        .hasMessageContaining("the result of Unwilling/give");
    assertThatThrownBy(() -> strange.give("large"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("maxMessageSize");
    assertThat(strange.give("fine")).isEqualTo("fine");
  }

  @Test
  void anArgumentThatCannotBeWrittenFailsTheCallAndNothingElse() {
    RpcServer server = fixture.start(fixture.server().service(Strange.class, what -> what));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Strange/give", Json.class, new Unwritable()))
        .isInstanceOf(RpcException.class)
        .hasMessageContaining("the argument of Strange/give");
    assertThatThrownBy(() -> client.call("Strange/give", Json.class, "x".repeat(5 << 20)))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
              assertThat(e.notStarted()).isTrue();
            });
    assertThat(client.call("Strange/give", String.class, "fine")).isEqualTo("fine");
  }

  @Test
  void aCallOfAMethodWithATooLongNameIsNotSent() {
    RpcServer server = fixture.start(fixture.server().service(Strange.class, what -> what));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Strange/" + "x".repeat(1024), String.class, "x"))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT);
              assertThat(e.notStarted()).isTrue();
            })
        .hasMessageContaining("the limit is 1,024");
    assertThat(client.call("Strange/give", String.class, "fine")).isEqualTo("fine");
  }

  @Test
  void aCallLargerThanThePeersLimitFailsAndTheConnectionStays() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Strange.class, what -> what)
                .transport(transport -> transport.maxMessageSize(10_000)));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Strange/give", Json.class, "x".repeat(20_000)))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("of the peer");
    assertThat(client.call("Strange/give", String.class, "fine")).isEqualTo("fine");
  }

  @Test
  void aResultOfTheWrongTypeFailsTheCall() {
    RpcServer server = fixture.start(fixture.server().service(Strange.class, what -> what));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Strange/give", Integer.class, "x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL))
        .hasMessageContaining("not of type java.lang.Integer");
  }

  /** Fails with an error that a getter isn't expected to throw. */
  public static class Broken {
    public String getText() {
      throw new AssertionError("broken");
    }
  }

  interface Store {
    Broken fetch(String name);

    void put(Broken broken);
  }

  static final class BrokenStore implements Store {
    @Override
    public Broken fetch(String name) {
      return new Broken();
    }

    @Override
    public void put(Broken broken) {}
  }

  @Test
  void anErrorInWritingAResultReachesTheCaller() {
    RpcServer server = fixture.start(fixture.server().service(Store.class, new BrokenStore()));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Store/fetch", Void.class, "x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL));
  }

  @Test
  void anErrorInWritingAnArgumentReleasesEverything() {
    RpcServer server = fixture.start(fixture.server().service(Store.class, new BrokenStore()));
    RpcClient client = fixture.start(fixture.client(server));
    Store store = client.proxy(Store.class);
    assertThatThrownBy(() -> store.put(new Broken())).hasMessageContaining("broken");
    assertThat(client.connections())
        .singleElement()
        .satisfies(peer -> assertThat(peer.stats().callsPending()).isZero());
  }
}
