package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Caller and handler with different versions of an interface. */
class EvolutionTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private <T> RpcClient serve(Class<T> type, T implementation) {
    RpcServer server = fixture.start(fixture.server().service(type, implementation));
    return fixture.start(fixture.client(server));
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
  }

  @RpcService(name = "S")
  interface OldFind {
    String find(String title, int year);
  }

  @RpcService(name = "S")
  interface NewFind {
    @RpcMethod("find")
    String search(String title, int year, Optional<String> author, OptionalInt pages);
  }

  @RpcService(name = "S")
  interface BadFind {
    String find(String title, int year, String author);
  }

  @Test
  void anOptionalLastParameterIsEmptyForOlderCallers() {
    RpcClient client =
        serve(NewFind.class, (title, year, author, pages) -> title + year + author + pages);
    assertThat(client.proxy(OldFind.class).find("a", 1))
        .isEqualTo("a1Optional.emptyOptionalInt.empty");
    assertThat(client.proxy(NewFind.class).search("a", 1, Optional.of("b"), OptionalInt.of(2)))
        .isEqualTo("a1Optional[b]OptionalInt[2]");
  }

  @Test
  void anOlderServerAcceptsAnEmptyNewParameterAndRefusesAValue() {
    NewFind find = serve(OldFind.class, (title, year) -> title + year).proxy(NewFind.class);
    assertThat(find.search("a", 1, Optional.empty(), OptionalInt.empty())).isEqualTo("a1");
    assertInvalid(() -> find.search("a", 1, Optional.of("b"), OptionalInt.empty()));
    assertInvalid(() -> find.search("a", 1, Optional.empty(), OptionalInt.of(0)));
  }

  @Test
  void aParameterThatIsNotOptionalCannotBeAdded() {
    RpcClient client = serve(BadFind.class, (title, year, author) -> title + year + author);
    assertInvalid(() -> client.proxy(OldFind.class).find("a", 1));
  }

  @RpcService(name = "S")
  interface Two {
    String two(String one, String other);
  }

  @RpcService(name = "S")
  interface TwoAsList {
    String two(List<String> both);
  }

  @Test
  void oneListAndSeveralArgumentsAreTheSameOnTheWire() {
    RpcClient client = serve(Two.class, (one, other) -> one + other);
    assertThat(client.proxy(TwoAsList.class).two(List.of("a", "b"))).isEqualTo("ab");
    assertInvalid(() -> client.proxy(TwoAsList.class).two(List.of("a", "b", "c")));
    assertInvalid(() -> client.proxy(TwoAsList.class).two(List.of("a")));
  }

  @RpcService(name = "S")
  interface Nothing {
    String call();
  }

  @RpcService(name = "S")
  interface Something {
    String call(String what);
  }

  @Test
  void surplusArgumentsAreRefused() {
    RpcClient client = serve(Nothing.class, () -> "called");
    assertInvalid(() -> client.proxy(Something.class).call("x"));
    assertInvalid(() -> client.call("S/call", String.class, new Json("[null]")));
    assertThat(client.call("S/call", String.class, new Json("[]"))).isEqualTo("called");
    assertThat(client.call("S/call", String.class, new Json("null"))).isEqualTo("called");
    assertThat(client.proxy(Nothing.class).call()).isEqualTo("called");
  }

  enum OldColour {
    RED
  }

  enum NewColour {
    RED,
    BLUE
  }

  record OldThing(String name, int size, OldColour colour) {}

  record NewThing(
      @JsonAlias("name") String title,
      long size,
      NewColour colour,
      Optional<String> note,
      @Nullable Integer count,
      boolean isNew) {}

  @RpcService(name = "S")
  interface OldThings {
    OldThing same(OldThing thing);
  }

  @RpcService(name = "S")
  interface NewThings {
    NewThing same(NewThing thing);
  }

  @RpcService(name = "S")
  interface NewNames {
    String same(NewThing thing);
  }

  @Test
  void newComponentsAreEmptyIfMissingAndIgnoredIfUnknown() {
    RpcClient client = serve(NewNames.class, NewThing::toString);
    assertThat(client.call("S/same", String.class, new OldThing("a", 1, OldColour.RED)))
        .isEqualTo(new NewThing("a", 1, NewColour.RED, Optional.empty(), null, false).toString());
    RpcClient old = serve(OldThings.class, thing -> thing);
    NewThing made = new NewThing("a", 1, NewColour.RED, Optional.of("x"), 5, true);
    assertThat(old.call("S/same", OldThing.class, made))
        .isEqualTo(new OldThing(null, 1, OldColour.RED));
  }

  @Test
  void valuesThatAnOlderReaderWouldLoseAreRefused() {
    NewThings things = serve(OldThings.class, thing -> thing).proxy(NewThings.class);
    Optional<String> none = Optional.empty();
    assertInvalid(() -> things.same(new NewThing("a", 1L << 40, NewColour.RED, none, null, false)));
    assertInvalid(() -> things.same(new NewThing("a", 1, NewColour.BLUE, none, null, false)));
  }
}
