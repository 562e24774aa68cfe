package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.test.FakeTime;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances whose calls fail are ejected, and return. */
class EjectionTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Work {
    String work(String text);

    RpcStream<String> feed();

    RpcStream<String> endless();

    CompletionStage<String> take(RpcStream<String> texts);

    @OneWay
    void tell(String text);
  }

  /** Fails while {@code broken} is set. */
  private static final class Worker implements Work {

    final AtomicBoolean broken = new AtomicBoolean();
    final AtomicInteger handled = new AtomicInteger();
    volatile String says = "broken";

    @Override
    public String work(String text) {
      handled.incrementAndGet();
      if (broken.get()) {
        throw new RpcException(RpcCode.INTERNAL, says);
      }
      if (text.isEmpty()) {
        throw new RpcException(RpcCode.INVALID_ARGUMENT, "empty");
      }
      return text;
    }

    @Override
    public RpcStream<String> feed() {
      return RpcStream.produce(sink -> {
        sink.send("one");
        sink.send(work("two"));
      });
    }

    @Override
    public RpcStream<String> endless() {
      return RpcStream.produce(sink -> {
        while (true) {
          sink.send("one");
        }
      });
    }

    @Override
    public CompletionStage<String> take(RpcStream<String> texts) {
      return CompletableFuture.completedFuture(work(texts.next()));
    }

    @Override
    public void tell(String text) {}
  }

  private final FakeTime time = FakeTime.create();
  private final Worker a = new Worker();
  private final Worker b = new Worker();
  private final Worker c = new Worker();

  private RpcCluster over(EjectionPolicy policy, Worker... workers) throws Exception {
    PublishedDirectory directory = Directory.published("Work");
    List<Worker> all = List.of(workers);
    directory.publish(
        all.stream()
            .map(worker ->
                Fixture.instance(
                    "Work",
                    "w" + all.indexOf(worker),
                    fixture.start(fixture.server().service(Work.class, worker))))
            .toList());
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .balancer(Balancers.roundRobin())
                .ejection(policy)
                .warmUp(Duration.ofSeconds(10))
                .time(Fixture.timeOf(time)));
    assertThat(cluster.awaitReady(workers.length, Duration.ofSeconds(10))).isTrue();
    return cluster;
  }

  private static void call(RpcCluster cluster, int times) {
    for (int i = 0; i < times; i++) {
      try {
        cluster.proxy(Work.class).work("x");
      } catch (RpcException e) {
        assertThat(e.code()).isEqualTo(RpcCode.INTERNAL);
      }
    }
  }

  private static InstanceStatus status(RpcCluster cluster, int index) {
    return cluster.instances().stream()
        .filter(status -> status.instance().id().equals("w" + index))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void consecutiveFailuresEjectAnInstanceWithTheReason() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    a.broken.set(true);
    call(cluster, 30);
    assertThat(a.handled).hasValue(5);
    InstanceStatus out = status(cluster, 0);
    assertThat(out.state()).isEqualTo(State.EJECTED);
    assertThat(out.reason()).contains("5 calls in a row").contains("broken");
    assertThat(out.failures()).isEqualTo(5);
    assertThat(out.ejections()).isEqualTo(1);
    assertThat(cluster.stats().ejections()).isEqualTo(1);
    assertThat(cluster.stats().ejected()).isEqualTo(1);
    assertThat(cluster.stats().ready()).isEqualTo(2);
  }

  @Test
  void textOfAnInstanceIsTruncatedInTheReason() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    a.broken.set(true);
    a.says = "\u001b[2J\n".repeat(1_000);
    call(cluster, 30);
    assertThat(status(cluster, 0).reason())
        .contains("5 calls in a row")
        .hasSizeLessThan(2_500)
        .doesNotContain("\u001b", "\n");
  }

  @Test
  void failedStreamsCountLikeOtherCalls() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    Work work = cluster.proxy(Work.class);
    a.broken.set(true);
    for (int i = 0; i < 15; i++) {
      try (RpcStream<String> feed = work.feed()) {
        feed.forEach(text -> {});
      } catch (RpcException e) {
        assertThat(e.code()).isEqualTo(RpcCode.INTERNAL);
      }
    }
    await().until(() -> status(cluster, 0).state() == State.EJECTED);
    assertThat(status(cluster, 0).reason()).contains("5 calls in a row").contains("broken");
    assertThat(cluster.stats().calls()).isEqualTo(15);
  }

  @Test
  void callsThatSendStreamsCountAndThoseThatAreClosedDoNot() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b);
    Work work = cluster.proxy(Work.class);
    for (int i = 0; i < 20; i++) {
      work.endless().close();
    }
    assertThat(status(cluster, 0).failures()).isZero();
    a.broken.set(true);
    for (int i = 0; i < 10; i++) {
      CompletableFuture<String> taken = work.take(RpcStream.of("x")).toCompletableFuture();
      await().until(taken::isDone);
    }
    await().until(() -> status(cluster, 0).state() == State.EJECTED);
  }

  /** Jackson can't write it. */
  public static class Unwritable {
    public String getValue() {
      throw new IllegalStateException("not today");
    }
  }

  @Test
  void anItemThatItsSenderCannotWriteDoesNotCountAgainstTheInstance() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b);
    for (int i = 0; i < 20; i++) {
      RpcStream<Unwritable> items = RpcStream.of(new Unwritable());
      assertThatThrownBy(
              () -> cluster.call("Work/take", String.class, CallOptions.defaults(), List.of(items)))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    }
    assertThat(cluster.instances())
        .allMatch(status -> status.state() == State.READY && status.failures() == 0);
  }

  @Test
  void anEjectedInstanceReturnsGradually() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    a.broken.set(true);
    call(cluster, 30);
    a.broken.set(false);
    a.handled.set(0);
    time.advance(Duration.ofMillis(9_900));
    call(cluster, 10);
    assertThat(a.handled).hasValue(0);
    time.advance(Duration.ofMillis(100));
    await().until(() -> status(cluster, 0).state() == State.READY);
    assertThat(status(cluster, 0).reason()).isNull();
    assertThat(status(cluster, 0).share()).isCloseTo(0.1, within(0.01));
    call(cluster, 300);
    assertThat(a.handled.get()).isBetween(1, 40);
    time.advance(Duration.ofSeconds(5));
    assertThat(status(cluster, 0).share()).isCloseTo(0.5, within(0.01));
    time.advance(Duration.ofSeconds(5));
    assertThat(status(cluster, 0).share()).isEqualTo(1);
    a.handled.set(0);
    call(cluster, 30);
    assertThat(a.handled).hasValue(10);
  }

  @Test
  void repeatedEjectionsLastLonger() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b);
    a.broken.set(true);
    call(cluster, 20);
    time.advance(Duration.ofSeconds(10));
    await().until(() -> status(cluster, 0).state() == State.READY);
    call(cluster, 2_000); // its share is small at first
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
    assertThat(status(cluster, 0).ejections()).isEqualTo(2);
    time.advance(Duration.ofMillis(19_900));
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
    time.advance(Duration.ofMillis(100));
    await().until(() -> status(cluster, 0).state() == State.READY);
  }

  @Test
  void aHighFailureRateEjectsAnInstance() throws Exception {
    RpcCluster cluster =
        over(
            EjectionPolicy.defaults()
                .withConsecutiveFailures(0)
                .withErrorRatio(0.5, 20, Duration.ofSeconds(10)),
            a,
            b);
    for (int i = 0; i < 19; i++) {
      a.broken.set(i % 3 != 0);
      call(cluster, 2);
    }
    assertThat(a.handled).hasValue(19);
    assertThat(status(cluster, 0).state()).isEqualTo(State.READY);
    a.broken.set(true);
    call(cluster, 2);
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
    assertThat(status(cluster, 0).reason()).contains("13 of 20 calls have failed");
  }

  @Test
  void onlyAShareOfTheInstancesIsEjected() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    a.broken.set(true);
    b.broken.set(true);
    c.broken.set(true);
    call(cluster, 60);
    assertThat(cluster.stats().ejected()).isEqualTo(1);
    RpcCluster never = over(EjectionPolicy.never(), a, b, c);
    call(never, 60);
    assertThat(never.stats().ejections()).isZero();
    RpcCluster alone = over(EjectionPolicy.defaults(), a);
    call(alone, 60);
    assertThat(alone.stats().ejected()).isZero();
  }

  @Test
  void ejectedInstancesAreUsedIfThereAreNoOthers() throws Exception {
    PublishedDirectory directory = Directory.published("Work");
    RpcServer serverOfA = fixture.start(fixture.server().service(Work.class, a));
    RpcServer serverOfB = fixture.start(fixture.server().service(Work.class, b));
    directory.publish(
        List.of(
            Fixture.instance("Work", "w0", serverOfA), Fixture.instance("Work", "w1", serverOfB)));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory).balancer(Balancers.roundRobin()).time(Fixture.timeOf(time)));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    a.broken.set(true);
    call(cluster, 20);
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
    a.broken.set(false);
    serverOfB.stop(StopMode.NOW);
    await().until(() -> status(cluster, 1).state() == State.CONNECTING);
    assertThat(cluster.proxy(Work.class).work("x")).isEqualTo("x");
  }

  @Test
  void errorsOfTheCallerDoNotCountAgainstTheInstance() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b);
    for (int i = 0; i < 40; i++) {
      assertThatThrownBy(() -> cluster.proxy(Work.class).work("")).isInstanceOf(RpcException.class);
    }
    assertThat(cluster.stats().ejections()).isZero();
  }

  @Test
  void aNewInstanceGetsItsShareGradually() throws Exception {
    PublishedDirectory directory = Directory.published("Work");
    Instance first =
        Fixture.instance("Work", "w0", fixture.start(fixture.server().service(Work.class, a)));
    Instance second =
        Fixture.instance("Work", "w1", fixture.start(fixture.server().service(Work.class, b)));
    directory.publish(List.of(first));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory).balancer(Balancers.weighted()).time(Fixture.timeOf(time)));
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
    assertThat(status(cluster, 0).share()).isEqualTo(1);
    directory.publish(List.of(first, second));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    call(cluster, 110);
    assertThat(b.handled.get()).isCloseTo(10, within(2));
    time.advance(Duration.ofSeconds(10));
    b.handled.set(0);
    call(cluster, 100);
    assertThat(b.handled.get()).isCloseTo(50, within(2));
  }

  @Test
  void oneWayCallsDoNotCountAsSuccesses() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b);
    a.broken.set(true);
    for (int i = 0; i < 10; i++) {
      call(cluster, 2);
      cluster.proxy(Work.class).tell("x");
      cluster.proxy(Work.class).tell("x");
    }
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
  }

  @Test
  void anInstanceMayBeEjectedForever() throws Exception {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    RpcCluster cluster =
        over(
            EjectionPolicy.defaults().withErrorRatio(1, 5, forEver).withTime(forEver, forEver),
            a,
            b);
    a.broken.set(true);
    call(cluster, 20);
    assertThat(a.handled).hasValue(5);
    time.advance(Duration.ofMinutes(10));
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
  }

  interface Other {
    String other(String text);
  }

  /** A cluster in which the address of {@code hole} now belongs to another program. */
  private RpcCluster withHole(String listed) throws Exception {
    RpcServer hole = fixture.start(fixture.server().service(Other.class, (Other) text -> text));
    RpcServer serverOfA = fixture.start(fixture.server().service(Work.class, a));
    RpcServer serverOfB = fixture.start(fixture.server().service(Work.class, b));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(
                    Directory.of(
                        listed,
                        List.of(
                            Fixture.instance(listed, "w0", hole),
                            Fixture.instance(listed, "w1", serverOfA),
                            Fixture.instance(listed, "w2", serverOfB))))
                .time(Fixture.timeOf(time)));
    assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
    return cluster;
  }

  private static void isLeftOutWithoutAFailedCall(RpcCluster cluster) {
    Work work = cluster.proxy(Work.class);
    for (int i = 0; i < 500 && status(cluster, 0).state() != State.EJECTED; i++) {
      assertThat(work.work("x")).isEqualTo("x");
    }
    assertThat(status(cluster, 0).state()).isEqualTo(State.EJECTED);
    assertThat(status(cluster, 0).reason()).contains("there is no service 'Work'");
    assertThat(status(cluster, 0).failures()).isEqualTo(5);
    assertThat(cluster.stats().failovers()).isEqualTo(5);
    assertThat(cluster.stats().ejections()).isEqualTo(1);
  }

  @Test
  void anInstanceWithoutItsListedServiceIsEjectedAndFailsNoCall() throws Exception {
    isLeftOutWithoutAFailedCall(withHole("Work"));
  }

  @Test
  void anInstanceWithoutAServiceThatOthersHaveIsEjected() throws Exception {
    isLeftOutWithoutAFailedCall(withHole("workers"));
  }

  @Test
  void aStreamFromAnInstanceWithoutTheServiceCountsAgainstIt() throws Exception {
    RpcCluster cluster = withHole("Work");
    Work work = cluster.proxy(Work.class);
    for (int i = 0; i < 500 && status(cluster, 0).state() != State.EJECTED; i++) {
      try (RpcStream<String> feed = work.feed()) {
        feed.forEach(text -> {});
      } catch (RpcException e) {
        assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED);
      }
    }
    await().until(() -> status(cluster, 0).state() == State.EJECTED);
  }

  @Test
  void callsOfUnknownServicesCountAgainstNoInstance() throws Exception {
    RpcCluster cluster = over(EjectionPolicy.defaults(), a, b, c);
    for (String method : List.of("Typo/work", "Work/typo")) {
      for (int i = 0; i < 30; i++) {
        assertThatThrownBy(() -> cluster.call(method, String.class, "x"))
            .isInstanceOfSatisfying(
                RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED));
      }
    }
    assertThat(cluster.stats().ejections()).isZero();
    // Each instance was asked once for the service; an instance with the service knows its
    // methods.
    assertThat(cluster.stats().retries()).isEqualTo(2 * 30);
  }
}
