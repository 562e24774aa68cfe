package io.gannet.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of every kind of registry. Each test uses its own root. */
public abstract class RegistryContract {

  private static final AtomicInteger ROOTS = new AtomicInteger();
  private static final Duration SOON = Duration.ofSeconds(20);

  private final String root =
      "contract-%d-%d".formatted(ProcessHandle.current().pid(), ROOTS.incrementAndGet());
  private final List<Registry> open = new ArrayList<>();

  /** Called by subclasses. */
  protected RegistryContract() {}

  /** {@return the servers, which all tests share} */
  protected abstract RegistryUnderTest servers();

  @AfterEach
  void closeRegistries() {
    open.forEach(Registry::close);
  }

  private Registry open() {
    return open(RegistryOptions.defaults());
  }

  private Registry open(RegistryOptions options) {
    Registry registry =
        Registry.open(
            servers().uri(root),
            options.withSessionTimeout(Duration.ofSeconds(5)).withStartTimeout(SOON));
    open.add(registry);
    return registry;
  }

  private static Instance instance(String service, String id) {
    return Instance.of(service, "tcp", "10.0.0.5:7000").withId(id);
  }

  private static Registration registered(Registry registry, Instance instance)
      throws InterruptedException {
    Registration registration = registry.register(instance);
    registration.awaitRegistered(SOON);
    return registration;
  }

  @Test
  void aConsumerSeesAllAttributesOfAProvider() throws Exception {
    Instance said =
        instance("Greeter", "one")
            .withVersion("1.2")
            .withGroup("blue")
            .withZone("eu-1a")
            .withWeight(250)
            .withSince(Instant.parse("2026-01-31T12:00:00.123Z"))
            .withMetadata(Map.of("build", "417", "quote", "\"täglich\" \\ 日本"));
    registered(open(), said);
    DirectorySnapshot seen =
        open().watch("Greeter").ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(seen.instances()).containsExactly(said);
    assertThat(seen.version()).isEqualTo(1);
  }

  @Test
  void entriesAreReadableJsonUnderADocumentedKey() throws Exception {
    registered(
        open(),
        instance("shop/Cart", "one two")
            .withSince(Instant.parse("2026-01-31T12:00:00Z"))
            .withMetadata(Map.of("b", "2", "a", "1")));
    assertThat(new String(servers().read(root, "shop%2FCart", "one%20two"), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"service":"shop/Cart","version":"","group":"","zone":"","weight":100,"protocol":"tcp",\
            "address":"10.0.0.5:7000","since":"2026-01-31T12:00:00Z","metadata":{"a":"1","b":"2"}}\
            """);
  }

  @Test
  void aListenerIsNotifiedOfInstancesThatJoinAndLeave() throws Exception {
    Registry provider = open();
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON);
    Registration one = registered(provider, instance("Greeter", "one"));
    lists.await(SOON, "one");
    registered(provider, instance("Greeter", "two"));
    lists.await(SOON, "one", "two");
    one.close();
    lists.await(SOON, "two");
    assertThat(lists.told()).extracting(DirectorySnapshot::version).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aNewProviderIsSeenAsSoonAsItRegisters() throws Exception {
    Registry provider = open();
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON);
    provider.register(instance("Greeter", "one"));
    lists.await(SOON, "one");
  }

  @Test
  void servicesAreSeparate() throws Exception {
    Registry provider = open();
    registered(provider, instance("Greeter", "one"));
    registered(provider, instance("Greeter2", "two"));
    registered(provider, instance("Greet", "three"));
    Registry consumer = open();
    Lists.of(consumer.watch("Greeter")).await(SOON, "one");
    Lists.of(consumer.watch("Greeter2")).await(SOON, "two");
    Lists.of(consumer.watch("Greet")).await(SOON, "three");
    assertThat(consumer.services()).containsExactly("Greet", "Greeter", "Greeter2");
  }

  @Test
  void namesMayHaveAnyCharacters() throws Exception {
    Registry provider = open();
    Registry consumer = open();
    String[] names = {"a/b", ".", "..", "%2F", "ümläut 日本", "a?b#c", "\\", "-", "a..b", "😀"};
    for (String name : names) {
      registered(provider, instance(name, name));
      Lists.of(consumer.watch(name)).await(SOON, name);
    }
    assertThat(consumer.services()).containsExactlyInAnyOrder(names);
  }

  @Test
  void aServiceWithoutInstancesIsNotListed() throws Exception {
    Registry registry = open();
    assertThat(registry.services()).isEmpty();
    registered(registry, instance("Greeter", "one")).close();
    assertThat(registry.services()).isEmpty();
  }

  @Test
  void anUpdateNeverRemovesTheInstance() throws Exception {
    Registration one = registered(open(), instance("Greeter", "one"));
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "one");
    for (int weight = 1; weight <= 20; weight++) {
      int wanted = weight;
      one.update(one.instance().withWeight(weight));
      lists.awaitList(SOON, list -> list.instances().getFirst().weight() == wanted);
    }
    assertThat(lists.told()).allSatisfy(list -> assertThat(list.instances()).hasSize(1));
  }

  @Test
  void ofManyUpdatesTheLastOneCounts() throws Exception {
    Registration one = registered(open(), instance("Greeter", "one"));
    Lists lists = Lists.of(open().watch("Greeter"));
    for (int weight = 1; weight <= 1_000; weight++) {
      one.update(one.instance().withWeight(weight));
    }
    lists.awaitList(
        SOON, list -> !list.instances().isEmpty() && list.instances().getFirst().weight() == 1_000);
  }

  @Test
  void aLargeInstanceIsSeen() throws Exception {
    Instance said = instance("Greeter", "one").withMetadata(Map.of("long", "ü".repeat(16_380)));
    registered(open(), said);
    DirectorySnapshot seen =
        open().watch("Greeter").ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(seen.instances()).containsExactly(said);
  }

  @Test
  void closingARegistryRemovesItsInstances() throws Exception {
    Registry provider = open();
    Registration one = registered(provider, instance("Greeter", "one"));
    registered(provider, instance("Greeter", "two"));
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "one", "two");
    provider.close();
    lists.await(SOON);
    assertThat(one.state()).isEqualTo(Registration.State.LEFT);
    assertThat(provider.status().state()).isEqualTo(RegistryStatus.State.CLOSED);
    assertThatThrownBy(() -> provider.register(instance("Greeter", "three")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> provider.watch("Greeter")).isInstanceOf(IllegalStateException.class);
    one.close();
  }

  @Test
  void anInstanceIsRemovedWhenCloseReturns() throws Exception {
    Registry provider = open();
    Registration one = registered(provider, instance("Greeter", "one"));
    one.close();
    assertThat(servers().read(root, "Greeter", "one")).isEmpty();
    assertThat(one.state()).isEqualTo(Registration.State.LEFT);
    assertThat(one.leave().toCompletableFuture()).succeedsWithin(SOON);
    assertThatThrownBy(() -> one.update(one.instance().withWeight(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavingRightAfterRegisteringRemovesTheEntry() throws Exception {
    Registry provider = open();
    for (int i = 0; i < 20; i++) {
      provider.register(instance("Greeter", "one" + i)).close();
    }
    assertThat(provider.services()).isEmpty();
  }

  @Test
  void anInstanceMayReturnUnderTheSameId() throws Exception {
    Registry provider = open();
    Lists lists = Lists.of(open().watch("Greeter"));
    for (int i = 1; i <= 10; i++) {
      int weight = i;
      Registration one = provider.register(instance("Greeter", "one").withWeight(i));
      lists.awaitList(
          SOON,
          list -> !list.instances().isEmpty() && list.instances().getFirst().weight() == weight);
      var gone = one.leave();
      if (i == 10) {
        gone.toCompletableFuture().get(10, TimeUnit.SECONDS);
      }
    }
    lists.await(SOON);
  }

  @Test
  void anIdCannotBeRegisteredTwice() throws Exception {
    Registry provider = open();
    Registration one = registered(provider, instance("Greeter", "one"));
    assertThatThrownBy(() -> provider.register(instance("Greeter", "one")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one");
    assertThatThrownBy(() -> one.update(instance("Greeter", "two")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deletedEntriesAreWrittenAgain() throws Exception {
    Registry provider = open(RegistryOptions.defaults().withAuditPeriod(Duration.ofMillis(300)));
    registered(provider, instance("Greeter", "one"));
    servers().remove(root, "Greeter", "one");
    await().atMost(SOON).until(() -> servers().read(root, "Greeter", "one").length > 0);
    assertThat(provider.stats().restored()).isEqualTo(1);
  }

  @Test
  void changedEntriesAreRestored() throws Exception {
    Registry provider = open(RegistryOptions.defaults().withAuditPeriod(Duration.ofMillis(300)));
    Registration one = registered(provider, instance("Greeter", "one"));
    byte[] before = servers().read(root, "Greeter", "one");
    servers().write(root, "Greeter", "one", "oops".getBytes(StandardCharsets.UTF_8));
    await().atMost(SOON).until(() -> Arrays.equals(servers().read(root, "Greeter", "one"), before));
    assertThat(provider.stats().restored()).isEqualTo(1);
    await().atMost(SOON).until(() -> one.state() == Registration.State.REGISTERED);
    provider.close(); // an ephemeral entry again
    await().atMost(SOON).until(() -> servers().read(root, "Greeter", "one").length == 0);
  }

  @Test
  void anInvalidEntryIsSkippedAndReported() throws Exception {
    registered(open(), instance("Greeter", "good"));
    servers().write(root, "Greeter", "no-json", "hello\n".getBytes(StandardCharsets.UTF_8));
    servers().write(root, "Greeter", "empty", new byte[0]);
    servers().write(root, "Greeter", "%zz", "{}".getBytes(StandardCharsets.UTF_8));
    Registry consumer = open();
    Directory directory = consumer.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "good");
    servers()
        .write(root, "Greeter", "later", "{\"protocol\":\"tcp\"}".getBytes(StandardCharsets.UTF_8));
    await().atMost(SOON).until(() -> directory.status().skipped().size() == 4);
    assertThat(directory.status().skipped())
        .hasEntrySatisfying("no-json", why -> assertThat(why).contains("\"hello?\""))
        .hasEntrySatisfying("later", why -> assertThat(why).contains("address"));
    assertThat(consumer.stats().skipped()).isEqualTo(4);
    assertThat(lists.told()).hasSize(1);

    servers()
        .write(
            root,
            "Greeter",
            "later",
            "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"new\":[1]}"
                .getBytes(StandardCharsets.UTF_8));
    lists.await(SOON, "good", "later");
    servers().remove(root, "Greeter", "no-json");
    await().atMost(SOON).until(() -> directory.status().skipped().size() == 2);
  }

  /** Ten of these have less than the smallest limit of a list together, eleven have more. */
  private void writeLarge(String prefix, int from, int to) throws Exception {
    String value = "{\"protocol\":\"tcp\",\"address\":\"h:1\"}" + " ".repeat(100_000);
    for (int i = from; i < to; i++) {
      servers()
          .write(
              root,
              "Greeter",
              "%s-%02d".formatted(prefix, i),
              value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String[] largeIds() {
    return IntStream.range(0, 10).mapToObj("large-%02d"::formatted).toArray(String[]::new);
  }

  @Test
  void aServiceOverTheByteLimitIsTruncatedAlikeByChangesAndListings() throws Exception {
    registered(open(), instance("Other", "one"));
    RegistryOptions options = RegistryOptions.defaults().withMaxInstances(20);
    writeLarge("large", 0, 5);
    Registry early = open(options);
    Directory grown = early.watch("Greeter");
    Lists.of(grown).awaitList(SOON, list -> list.instances().size() == 5);
    writeLarge("large", 5, 12);
    await().atMost(SOON).until(() -> grown.status().skipped().size() == 2);
    Registry late = open(options);
    Directory listed = late.watch("Greeter");
    for (Directory each : List.of(grown, listed)) {
      Lists.of(each).await(SOON, largeIds());
      assertThat(each.status().state()).isEqualTo(DirectoryStatus.State.LIVE);
      assertThat(each.status().skipped())
          .containsOnlyKeys("large-10", "large-11")
          .allSatisfy((name, why) -> assertThat(why).contains("1,048,576", "withMaxInstances"));
    }
    assertThat(late.stats().skipped()).isEqualTo(2);
    assertThat(late.stats().disconnects()).isZero();
    Lists.of(late.watch("Other")).await(SOON, "one");
  }

  @Test
  void knownInstancesStayWhenALaterListExceedsTheLimit() throws Exception {
    writeLarge("large", 0, 12);
    Registry consumer = open(RegistryOptions.defaults().withMaxInstances(20));
    Directory directory = consumer.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, largeIds());
    writeLarge("a", 0, 5); // sorted first
    await().atMost(SOON).until(() -> directory.status().skipped().size() == 7);
    servers().remove(root, "Greeter", "large-11"); // this may free room: relisted
    await()
        .atMost(SOON)
        .until(() ->
            consumer.stats().listings() > 1
                && directory.status().state() == DirectoryStatus.State.LIVE);
    lists.await(SOON, largeIds());
    assertThat(lists.told()).hasSize(1);

    for (String id : largeIds()) {
      servers().remove(root, "Greeter", id);
    }
    lists.await(SOON, "a-00", "a-01", "a-02", "a-03", "a-04", "large-10");
    assertThat(directory.status().skipped()).isEmpty();
  }

  @Test
  void entriesThatAreTooLongAreSkippedAlone() throws Exception {
    registered(open(), instance("Greeter", "good"));
    servers().write(root, "Greeter", "junk-0", new byte[600_000]);
    servers().write(root, "Greeter", "junk-1", new byte[600_000]);
    Registry consumer = open(RegistryOptions.defaults().withMaxInstances(20));
    Directory directory = consumer.watch("Greeter");
    Lists.of(directory).await(SOON, "good");
    servers().write(root, "Greeter", "junk-2", new byte[600_000]);
    await().atMost(SOON).until(() -> directory.status().skipped().size() == 3);
    assertThat(directory.status().skipped())
        .allSatisfy((name, why) -> assertThat(why).contains("600000 bytes", "limit of 131072"));
    assertThat(consumer.stats().listings()).isEqualTo(1);
  }

  /** Names that no registry writes; some servers don't take all of them. */
  private static final List<String> FORGED_NAMES =
      List.of(
          "a b",
          "\u00fc",
          "\u202etxt.exe",
          "a\u2028b",
          "a\nGreeter/forged is skipped",
          "\u001b[2J",
          "%1B[2J",
          "%0A",
          "%0a",
          "%41",
          "%ff",
          "%",
          "%2",
          "..",
          "nested/child",
          "x".repeat(201),
          "x".repeat(100_000));

  /** Values that are no instances. */
  private static final List<String> FORGED_VALUES =
      List.of(
          "",
          "null",
          "[]",
          "NaN",
          "\uFFFE\u0000",
          "[".repeat(100_000),
          "{\"a\":".repeat(10_000),
          "x".repeat(1_000_000),
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"weight\":NaN}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"weight\":-1}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"weight\":1e400}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"weight\":" + "9".repeat(5_000) + "}",
          "{\"protocol\":\"tcp\",\"address\":\"\\u001b[2J\\r\\n\"}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"since\":\"+999999999-01-01T00:00:00Z\"}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"metadata\":{\"a\":{\"b\":\"c\"}}}",
          "{\"protocol\":\"tcp\",\"address\":\"h:1\",\"service\":\"Other\"}");

  private boolean tryToWrite(String service, String name, String value) throws Exception {
    try {
      servers().write(root, service, name, value.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void arbitraryEntriesAreSkippedAndHaveNoEffect() throws Exception {
    Registry provider = open();
    Registration good = registered(provider, instance("Greeter", "good"));
    Registry early = open();
    Lists seen = Lists.of(early.watch("Greeter"));
    seen.await(SOON, "good");
    String newer = "{\"format\":9,\"protocol\":\"tcp\",\"address\":\"h:1\",\"weights\":[1,{}]}";
    for (String name : FORGED_NAMES) {
      tryToWrite("Greeter", name, newer);
      tryToWrite(name, "one", newer);
    }
    for (int i = 0; i < FORGED_VALUES.size(); i++) {
      assertThat(tryToWrite("Greeter", "value-" + i, FORGED_VALUES.get(i))).isTrue();
    }
    tryToWrite("Greeter", "newer", newer);
    registered(provider, instance("Greeter", "later"));
    Registry late = open();
    Lists lists = Lists.of(late.watch("Greeter"));
    for (Lists each : List.of(seen, lists)) {
      each.await(SOON, "good", "later", "newer");
      DirectoryStatus status = each.directory().status();
      assertThat(status.state()).isEqualTo(DirectoryStatus.State.LIVE);
      assertThat(status.skipped()).hasSizeGreaterThanOrEqualTo(FORGED_VALUES.size() + 5);
      status
          .skipped()
          .forEach((name, why) ->
              assertThat(name + why).hasSizeLessThan(800).matches("[\\P{C}&&[^\\p{Zl}\\p{Zp}]]*"));
    }
    assertThat(late.services()).contains("Greeter").isSubsetOf("Greeter", "nested");
    good.close();
    seen.await(SOON, "later", "newer");
    lists.await(SOON, "later", "newer");
    assertThat(early.stats().listings()).isEqualTo(1);
    assertThat(early.stats().disconnects()).isZero();
  }

  @Test
  void severalDirectoriesOfAServiceShareOneListing() throws Exception {
    registered(open(), instance("Greeter", "one"));
    Registry consumer = open();
    List<Lists> lists = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      lists.add(Lists.of(consumer.watch("Greeter")));
    }
    lists.forEach(each -> each.await(SOON, "one"));
    assertThat(consumer.stats().listings()).isEqualTo(1);
    assertThat(consumer.stats().watched()).isEqualTo(1);
  }

  @Test
  void aClosedDirectoryReportsNothing() throws Exception {
    Registry provider = open();
    Registry consumer = open();
    Directory closed = consumer.watch("Greeter");
    Directory other = consumer.watch("Greeter");
    Lists told = Lists.of(closed);
    Lists tellsOn = Lists.of(other);
    told.await(SOON);
    closed.close();
    registered(provider, instance("Greeter", "one"));
    tellsOn.await(SOON, "one");
    assertThat(told.told()).hasSize(1);
    assertThat(closed.status().state()).isEqualTo(DirectoryStatus.State.CLOSED);
    other.close();
    assertThat(consumer.stats().watched()).isZero();
    Lists.of(consumer.watch("Greeter")).await(SOON, "one");
  }

  @Test
  void aListenerThatBlocksDoesNotDelayOthers() throws Exception {
    Registry provider = open();
    Registry consumer = open();
    Directory directory = consumer.watch("Greeter");
    CountDownLatch release = new CountDownLatch(1);
    List<Integer> slow = new ArrayList<>();
    CompletableFuture<Integer> last = new CompletableFuture<>();
    directory.onChange(list -> {
      slow.add(list.instances().size());
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (list.instances().size() == 10) {
        last.complete(slow.size());
      }
    });
    Lists lists = Lists.of(directory);
    lists.await(SOON);
    for (int i = 0; i < 10; i++) {
      registered(provider, instance("Greeter", "one" + i));
    }
    lists.awaitList(SOON, list -> list.instances().size() == 10);
    release.countDown();
    assertThat(last.get(10, TimeUnit.SECONDS))
        .as("calls of the slow listener")
        .isLessThanOrEqualTo(3);
  }

  @Test
  void everyWatcherConvergesOnTheFinalState() throws Exception {
    int services = 10;
    Registry[] providers = {open(), open(), open()};
    Registry[] consumers = {open(), open()};
    List<Lists> lists = new ArrayList<>();
    for (Registry consumer : consumers) {
      for (int i = 0; i < services; i++) {
        lists.add(Lists.of(consumer.watch("Service" + i)));
      }
    }
    Map<String, Registration> there = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < providers.length; p++) {
      Registry provider = providers[p];
      int seed = p;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 150; i++) {
                  String id = "i%d-%d".formatted(seed, random.nextInt(40));
                  Registration existing = there.remove(id);
                  if (existing == null) {
                    String service = "Service" + Math.floorMod(id.hashCode(), services);
                    there.put(id, provider.register(instance(service, id)));
                  } else if (random.nextBoolean()) {
                    existing.update(existing.instance().withWeight(i));
                    there.put(id, existing);
                  } else {
                    existing.leave();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Set<Instance> truth = ConcurrentHashMap.newKeySet();
    there.values().forEach(registration -> truth.add(registration.instance()));
    for (int i = 0; i < lists.size(); i++) {
      String service = "Service" + i % services;
      List<Instance> expected =
          truth.stream().filter(instance -> instance.service().equals(service)).toList();
      lists
          .get(i)
          .awaitList(
              SOON,
              list ->
                  list.instances().size() == expected.size()
                      && list.instances().containsAll(expected));
    }
    for (Registry consumer : consumers) {
      assertThat(consumer.stats().listings()).isEqualTo(services);
    }
  }
}
