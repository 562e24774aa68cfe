package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that succeed, in all their forms. */
class CallTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  enum Colour {
    RED,
    GREEN
  }

  record Person(
      String name,
      int age,
      Optional<String> nick,
      List<Colour> colours,
      @Nullable LocalDate born) {}

  /** The service that most tests call. */
  interface Directory {
    Person older(Person person);

    Map<String, List<Person>> byName(List<Person> people);

    Optional<Person> find(String name);

    @Nullable Person maybe(boolean there);

    Instant later(Instant from, Duration by);

    String join(String first, int second, List<Colour> third);

    int[] squares(int upTo);

    void remember(String text);

    List<String> remembered();

    @OneWay
    void rememberSoon(String text);

    CompletionStage<Integer> lengthOf(String text);

    CompletableFuture<Void> nothing();

    Colour other(Colour colour);

    String whoCalls(String prefix, CallContext call);

    default String shout(String text) {
      return join(text, 1, List.of()).toUpperCase(java.util.Locale.ROOT);
    }
  }

  static class People implements Directory {
    private final List<String> remembered = new CopyOnWriteArrayList<>();

    @Override
    public Person older(Person person) {
      return new Person(
          person.name(), person.age() + 1, person.nick(), person.colours(), person.born());
    }

    @Override
    public Map<String, List<Person>> byName(List<Person> people) {
      return Map.of(people.getFirst().name(), people);
    }

    @Override
    public Optional<Person> find(String name) {
      return name.isEmpty()
          ? Optional.empty()
          : Optional.of(new Person(name, 1, Optional.empty(), List.of(), null));
    }

    @Override
    public @Nullable Person maybe(boolean there) {
      return there ? new Person("x", 1, Optional.of("y"), List.of(Colour.RED), null) : null;
    }

    @Override
    public Instant later(Instant from, Duration by) {
      return from.plus(by);
    }

    @Override
    public String join(String first, int second, List<Colour> third) {
      return first + second + third;
    }

    @Override
    public int[] squares(int upTo) {
      return IntStream.range(0, upTo).map(i -> i * i).toArray();
    }

    @Override
    public void remember(String text) {
      remembered.add(text);
    }

    @Override
    public List<String> remembered() {
      return List.copyOf(remembered);
    }

    @Override
    public void rememberSoon(String text) {
      remembered.add(text);
    }

    @Override
    public CompletionStage<Integer> lengthOf(String text) {
      return CompletableFuture.supplyAsync(text::length);
    }

    @Override
    public CompletableFuture<Void> nothing() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public Colour other(Colour colour) {
      return colour == Colour.RED ? Colour.GREEN : Colour.RED;
    }

    @Override
    public String whoCalls(String prefix, CallContext call) {
      return prefix + call.method() + call.equals(CallContext.current().orElseThrow());
    }
  }

  private final Person ada =
      new Person(
          "Ada", 36, Optional.of("Countess"), List.of(Colour.GREEN), LocalDate.of(1815, 12, 10));

  @ParameterizedTest
  @EnumSource(Wires.class)
  void everyFormOfCallWorksOverEveryTransport(Wires wires) throws Exception {
    People people = new People();
    RpcServer server =
        fixture.start(RpcServer.over(wires.server()).service(Directory.class, people));
    Directory directory =
        fixture.start(RpcClient.over(wires.client(server))).proxy(Directory.class);

    assertThat(directory.older(ada).age()).isEqualTo(37);
    assertThat(directory.older(ada).born()).isEqualTo(ada.born());
    assertThat(directory.byName(List.of(ada))).isEqualTo(Map.of("Ada", List.of(ada)));
    assertThat(directory.find("Bob").orElseThrow().name()).isEqualTo("Bob");
    assertThat(directory.find("")).isEmpty();
    assertThat(directory.maybe(true)).isNotNull();
    assertThat(directory.maybe(false)).isNull();
    assertThat(directory.later(Instant.EPOCH, Duration.ofDays(1)))
        .isEqualTo(Instant.ofEpochSecond(86400));
    assertThat(directory.join("a", 2, List.of(Colour.RED))).isEqualTo("a2[RED]");
    assertThat(directory.squares(4)).containsExactly(0, 1, 4, 9);
    directory.remember("one");
    assertThat(directory.remembered()).containsExactly("one");
    directory.rememberSoon("two");
    await().untilAsserted(() -> assertThat(directory.remembered()).containsExactly("one", "two"));
    assertThat(directory.lengthOf("four").toCompletableFuture().get()).isEqualTo(4);
    assertThat(directory.nothing().get()).isNull();
    assertThat(directory.other(Colour.RED)).isEqualTo(Colour.GREEN);
    assertThat(directory.shout("a")).isEqualTo("A1[]");
    assertThat(directory.whoCalls("> ", null)).isEqualTo("> Directory/whoCallstrue");
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void largeArgumentsAndResultsArrive(Wires wires) {
    RpcServer server =
        fixture.start(RpcServer.over(wires.server()).service(Directory.class, new People()));
    Directory directory =
        fixture.start(RpcClient.over(wires.client(server))).proxy(Directory.class);
    String large = "ä".repeat(1_000_000);
    assertThat(directory.join(large, 0, List.of())).isEqualTo(large + "0[]");
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void largeValuesAreCompressedIfConfigured(Wires wires) {
    RpcServer server =
        fixture.start(
            RpcServer.over(wires.server())
                .service(Directory.class, new People())
                .compressAbove(1000));
    RpcClient client = fixture.start(RpcClient.over(wires.client(server)).compressAbove(1000));
    Directory directory = client.proxy(Directory.class);
    String large = "abc".repeat(100_000);
    assertThat(directory.join(large, 0, List.of())).isEqualTo(large + "0[]");
    assertThat(directory.join("small", 0, List.of())).isEqualTo("small0[]");
    io.gannet.transport.SessionStats stats =
        client.connections().iterator().next().session().stats();
    assertThat(stats.bytesIn()).isLessThan(10_000);
    assertThat(stats.bytesOut()).isLessThan(10_000);
  }

  @Test
  void manyCallsShareOneConnectionAndEachGetsItsOwnResult() throws Exception {
    Directory directory = fixture.proxy(Directory.class, new People());
    List<Thread> threads = new ArrayList<>();
    List<String> wrong = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int j = 0; j < 50; j++) {
              String expected = "t" + number + j + "[]";
              String result = directory.join("t" + number, j, List.of());
              if (!result.equals(expected)) {
                wrong.add(result);
              }
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aServerCallsTheServicesOfItsClientOnTheSameConnection() throws Exception {
    CompletableFuture<RpcPeer> peer = new CompletableFuture<>();
    RpcServer server = fixture.start(fixture.server().onPeer(peer::complete));
    fixture.start(fixture.client(server).service(Directory.class, new People()));
    Directory directory = peer.get().proxy(Directory.class);
    assertThat(directory.join("a", 1, List.of())).isEqualTo("a1[]");
  }

  interface Asker {
    String ask(String question);
  }

  interface Answerer {
    String answer(String question);
  }

  @Test
  void aHandlerCallsBackWhileItsCallerWaits() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Asker.class,
                    question ->
                        CallContext.current()
                            .orElseThrow()
                            .peer()
                            .proxy(Answerer.class)
                            .answer(question + "!")));
    Asker asker =
        fixture
            .start(fixture.client(server).service(Answerer.class, question -> "re: " + question))
            .proxy(Asker.class);
    assertThat(asker.ask("why")).isEqualTo("re: why!");
  }

  @Test
  void methodsAreCalledByNameWithoutTheirInterface() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Directory.class, new People()));
    RpcClient client = fixture.start(fixture.client(server));
    assertThat(client.call("Directory/join", String.class, "a", 1, List.of("RED")))
        .isEqualTo("a1[RED]");
    assertThat(client.call("Directory/join", Json.class, new Json("[\"b\", 2, []]")))
        .isEqualTo(new Json("\"b2[]\""));
    assertThat(client.call("Directory/lengthOf", Integer.class, "abc")).isEqualTo(3);
    assertThat(client.call("Directory/remember", Void.class, "x")).isNull();
    assertThat(client.callAsync("Directory/squares", int[].class, 3).toCompletableFuture().get())
        .isEqualTo(new int[] {0, 1, 4});
    client.callOneWay("Directory/rememberSoon", "y");
    await()
        .untilAsserted(() ->
            assertThat(client.call("Directory/remembered", String[].class))
                .containsExactly("x", "y"));
  }

  @Test
  void theResultOfACallByNameHasTheTypeOfItsClass() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Directory.class, new People()));
    RpcClient client = fixture.start(fixture.client(server));
    CompletionStage<String> joined =
        client.callAsync("Directory/join", String.class, "a", 1, List.of("RED"));
    assertThat(joined.toCompletableFuture().get()).isEqualTo("a1[RED]");
    int length = client.call("Directory/lengthOf", int.class, "abc");
    assertThat(length).isEqualTo(3);
    assertThat(client.callAsync("Directory/lengthOf", int.class, "ab").toCompletableFuture().get())
        .isEqualTo(2);
    client.callOneWay("Directory/rememberSoon", "x");
    await()
        .untilAsserted(() ->
            assertThat(client.call("Directory/remembered", String[].class)).containsExactly("x"));
  }

  interface Box<T> {
    List<T> twice(T value);
  }

  interface PersonBox extends Box<Person> {}

  @Test
  void typeArgumentsOfSuperinterfacesAreResolved() {
    PersonBox box = fixture.proxy(PersonBox.class, value -> List.of(value, value));
    assertThat(box.twice(ada)).containsExactly(ada, ada);
  }

  @RpcService(name = "greeter", version = "2")
  interface Greeter {
    @RpcMethod("hello")
    String greet(String name);

    @RpcMethod("helloTwo")
    String greet(String name, String other);
  }

  @Test
  void namesAndVersionsCanBeChosenAndDistinguishOverloads() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Greeter.class,
                    new Greeter() {
                      @Override
                      public String greet(String name) {
                        return "hello " + name;
                      }

                      @Override
                      public String greet(String name, String other) {
                        return "hello " + name + " and " + other;
                      }
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    assertThat(client.proxy(Greeter.class).greet("a")).isEqualTo("hello a");
    assertThat(client.proxy(Greeter.class).greet("a", "b")).isEqualTo("hello a and b");
    assertThat(client.call("greeter:2/hello", String.class, "c")).isEqualTo("hello c");
  }

  interface Overloaded {
    String greet(String name);

    String greet(int number);
  }

  interface OwnTypeParameter {
    <T> T same(T value);
  }

  interface RawStage {
    @SuppressWarnings("rawtypes")
    CompletionStage later();
  }

  interface OneWayResult {
    @OneWay
    String now();
  }

  interface Callback {
    void each(Runnable action);
  }

  interface Empty {}

  @Test
  void interfacesThatCannotBeCalledAreRefusedWithTheReason() {
    RpcServerBuilder builder = fixture.server();
    assertThatThrownBy(() ->
            builder.service(
                Overloaded.class,
                new Overloaded() {
                  @Override
                  public String greet(String name) {
                    return name;
                  }

                  @Override
                  public String greet(int number) {
                    return "";
                  }
                }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two methods with the name 'greet'")
        .hasMessageContaining("@RpcMethod");
    assertThatThrownBy(() ->
            builder.service(
                OwnTypeParameter.class,
                new OwnTypeParameter() {
                  @Override
                  public <T> T same(T value) {
                    return value;
                  }
                }))
        .hasMessageContaining("it has type parameters");
    assertThatThrownBy(() -> builder.service(RawStage.class, () -> null))
        .hasMessageContaining("the type that its stage completes with is missing");
    assertThatThrownBy(() -> builder.service(OneWayResult.class, () -> ""))
        .hasMessageContaining("must return void");
    assertThatThrownBy(() -> builder.service(Callback.class, action -> {}))
        .hasMessageContaining("can't be sent");
    assertThatThrownBy(() -> builder.service(Empty.class, new Empty() {}))
        .hasMessageContaining("no callable method");
    assertThatThrownBy(() -> builder.service(String.class, ""))
        .hasMessageContaining("not an interface");
    builder.service(Asker.class, question -> question);
    assertThatThrownBy(() -> builder.service(Asker.class, question -> question))
        .hasMessageContaining("already");
  }

  @Test
  void proxiesHaveToStringEqualsAndHashCode() {
    RpcServer server = fixture.start(fixture.server().service(Directory.class, new People()));
    RpcClient client = fixture.start(fixture.client(server));
    Directory one = client.proxy(Directory.class);
    Directory same = client.proxy(Directory.class);
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).isNotEqualTo(client.proxy(Asker.class)).isNotEqualTo(null);
    assertThat(one)
        .isNotEqualTo(
            client.proxy(
                Directory.class, CallOptions.defaults().withTimeout(Duration.ofSeconds(1))));
    assertThat(one).hasToString("Directory of " + client.name());
  }
}
