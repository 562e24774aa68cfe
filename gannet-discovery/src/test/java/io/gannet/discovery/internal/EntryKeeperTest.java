package io.gannet.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registration.State;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Instance;
import io.gannet.transport.Backoff;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EntryKeeperTest {

  private static final RegistryOptions OPTIONS =
      RegistryOptions.defaults()
          .withSpread(Duration.ZERO)
          .withAuditPeriod(Duration.ofHours(1))
          .withBackoff(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(4)));

  private final ScriptedDriver driver = new ScriptedDriver(false);
  private final DefaultRegistry registry = driver.open(OPTIONS);

  @AfterEach
  void close() {
    registry.close();
  }

  private static Instance instance(int weight) {
    return Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one").withWeight(weight);
  }

  private Registration register(Instance instance) {
    Registration registration = registry.register(instance);
    driver.settle();
    return registration;
  }

  @Test
  void noRequestIsMadeBeforeThereIsAConnection() {
    Registration one = register(instance(1));
    assertThat(driver.asked()).isEmpty();
    driver.connect("s1");
    assertThat(driver.asked()).containsExactly("put one 1");
    assertThat(one.state()).isEqualTo(State.PENDING);
    driver.succeed();
    assertThat(one.state()).isEqualTo(State.REGISTERED);
    assertThat(one.registered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void failedRequestsAreRetriedWithGrowingPauses() {
    driver.connect("s1");
    register(instance(1));
    for (int pause : new int[] {1, 2, 4, 4}) {
      driver.fail();
      driver.advance(Duration.ofMillis(pause * 1000 - 1));
      assertThat(driver.asked()).isEmpty();
      driver.advance(Duration.ofMillis(1));
      assertThat(driver.asked()).containsExactly("put one 1");
    }
    assertThat(registry.stats().failures()).isEqualTo(4);
  }

  @Test
  void unansweredRequestsAreRetried() {
    driver.connect("s1");
    register(instance(1));
    ScriptedDriver.Request first = driver.requests.getFirst();
    driver.advance(OPTIONS.requestTimeout());
    driver.requests.removeFirst();
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.asked()).containsExactly("put one 1");
    // The answer arrives late: it isn't the answer to the second request.
    first.answer().complete(null);
    assertThat(driver.asked()).containsExactly("put one 1");
  }

  @Test
  void anUpdateDuringARequestIsWrittenAfterIt() {
    driver.connect("s1");
    Registration one = register(instance(1));
    one.update(one.instance().withWeight(2));
    one.update(one.instance().withWeight(3));
    assertThat(driver.asked()).containsExactly("put one 1");
    driver.succeed();
    assertThat(driver.asked()).containsExactly("put one 3");
    assertThat(one.state()).isEqualTo(State.REGISTERED);
    driver.succeed();
    assertThat(driver.asked()).isEmpty();
  }

  @Test
  void aFlapInTheSameSessionWritesNothing() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    driver.disconnect();
    assertThat(one.state()).isEqualTo(State.REGISTERED);
    driver.connect("s1");
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.asked()).containsExactly("held");
    assertThat(registry.stats().sessions()).isEqualTo(1);
  }

  @Test
  void aLostSessionIsFollowedByANewRegistration() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    driver.disconnect();
    driver.connect("s2");
    assertThat(driver.asked()).contains("put one 1");
    assertThat(one.state()).isEqualTo(State.PENDING);
    driver.succeed();
    assertThat(one.state()).isEqualTo(State.REGISTERED);
    assertThat(registry.stats().restored()).isEqualTo(1);
    assertThat(registry.stats().sessions()).isEqualTo(2);
  }

  @Test
  void anAnswerFromALostSessionIsIgnored() {
    driver.connect("s1");
    Registration one = register(instance(1));
    ScriptedDriver.Request first = driver.requests.removeFirst();
    driver.connect("s2");
    first.answer().complete(null);
    driver.settle();
    assertThat(one.state()).isEqualTo(State.PENDING);
    assertThat(driver.asked()).containsExactly("put one 1");
  }

  @Test
  void theFirstSessionIsNotALostOne() {
    driver.connect("");
    register(instance(1));
    driver.connect("s1");
    driver.succeed();
    assertThat(driver.asked()).isEmpty();
    assertThat(registry.stats().sessions()).isEqualTo(1);
  }

  @Test
  void removalIsRetriedUntilTheEntryIsGone() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    var left = one.leave().toCompletableFuture();
    assertThat(driver.asked()).containsExactly("remove one");
    driver.fail();
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.asked()).containsExactly("remove one");
    assertThat(left).isNotDone();
    driver.succeed();
    assertThat(left).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void leavingAfterAFailedWriteRemovesThePossibleEntry() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.fail();
    one.leave();
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.asked()).containsExactly("remove one");
  }

  @Test
  void leavingDuringAnOutageTakesEffectAfterIt() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    driver.disconnect();
    var left = one.leave().toCompletableFuture();
    assertThat(driver.asked()).isEmpty();
    driver.connect("s1");
    assertThat(driver.asked()).contains("remove one");
    assertThat(left).isNotDone();
  }

  @Test
  void aLostSessionLeavesNothingToRemove() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    driver.disconnect();
    var left = one.leave().toCompletableFuture();
    driver.connect("s2");
    assertThat(left).succeedsWithin(Duration.ofSeconds(5));
    assertThat(driver.asked()).noneMatch(what -> what.startsWith("remove"));
  }

  @Test
  void registeringAgainDuringTheRemovalKeepsTheEntry() {
    driver.connect("s1");
    Registration first = register(instance(1));
    driver.succeed();
    var left = first.leave().toCompletableFuture();
    Registration second = register(instance(2));
    assertThat(left).succeedsWithin(Duration.ofSeconds(5));
    driver.succeed();
    assertThat(driver.asked()).containsExactly("put one 2");
    driver.succeed();
    assertThat(second.state()).isEqualTo(State.REGISTERED);
    assertThat(first.state()).isEqualTo(State.LEFT);
  }

  @Test
  void theAuditWritesMissingEntriesAndRemovesLeftoverOnes() {
    driver.connect("s1");
    register(instance(1));
    driver.succeed();
    driver.held.add(new EntryKey("Greeter", "ghost"));
    driver.advance(driver.time.untilNext());
    assertThat(driver.asked()).first().isEqualTo("held");
    driver.succeed();
    assertThat(driver.asked()).contains("put one 1", "remove ghost");
  }

  @Test
  void theAuditIgnoresEntriesThatHaveChangedMeanwhile() {
    driver.connect("s1");
    Registration one = register(instance(1));
    driver.succeed();
    driver.advance(driver.time.untilNext());
    ScriptedDriver.Request held = driver.requests.getFirst();
    driver.requests.clear();
    one.update(instance(2));
    assertThat(driver.asked()).containsExactly("put one 2");
    driver.succeed();
    held.answer().complete(null);
    assertThat(driver.asked()).isEmpty();
  }

  @Test
  void aWaitThatTimesOutNamesTheRegistryAndItsState() {
    Registration one = register(instance(1));
    assertThatThrownBy(() -> one.awaitRegistered(Duration.ofMillis(1)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("scripted:")
        .hasMessageContaining("CONNECTING");
  }
}
