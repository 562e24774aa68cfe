package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deadlines and cancellation. */
class DeadlineTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Slow {
    String wait(String text) throws InterruptedException;

    CompletionStage<String> later(String text);
  }

  /** Handles slowly, and records how the call ended. */
  static class Waiting implements Slow {
    final CountDownLatch begun = new CountDownLatch(1);
    final CompletableFuture<CallContext> interrupted = new CompletableFuture<>();
    final CompletableFuture<String> stage = new CompletableFuture<>();
    final AtomicInteger run = new AtomicInteger();

    @Override
    public String wait(String text) throws InterruptedException {
      run.incrementAndGet();
      begun.countDown();
      try {
        Thread.sleep(Duration.ofMinutes(1));
      } catch (InterruptedException e) {
        interrupted.complete(CallContext.current().orElseThrow());
        throw e;
      }
      return text;
    }

    @Override
    public CompletionStage<String> later(String text) {
      CallContext.current().orElseThrow().onCancel(() -> stage.cancel(true));
      begun.countDown();
      return stage;
    }
  }

  private final Waiting waiting = new Waiting();

  private static CompletableFuture<Throwable> failureOf(ThrowingRunnable call) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        call.run();
        failure.complete(new AssertionError("nothing failed"));
      } catch (Throwable t) {
        failure.complete(t);
      }
    });
    return failure;
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Test
  void aCallEndsAtItsDeadlineAndItsHandlerIsInterrupted() throws Exception {
    FakeTime time = FakeTime.create();
    RpcServer server = fixture.start(fixture.server().service(Slow.class, waiting));
    RpcClient client = fixture.start(fixture.client(server).time(Fixture.timeOf(time)));
    CompletableFuture<Throwable> failure =
        failureOf(() ->
            client
                .proxy(Slow.class, CallOptions.defaults().withTimeout(Duration.ofSeconds(40)))
                .wait("x"));
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    time.advance(Duration.ofSeconds(39));
    assertThat(failure).isNotDone();
    time.advance(Duration.ofSeconds(1).plusMillis(10));
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
    assertThat(waiting.interrupted.get(10, TimeUnit.SECONDS).isCancelled()).isTrue();
  }

  @Test
  void thereIsADefaultDeadline() throws Exception {
    FakeTime time = FakeTime.create();
    RpcServer server = fixture.start(fixture.server().service(Slow.class, waiting));
    RpcClient client = fixture.start(fixture.client(server).time(Fixture.timeOf(time)));
    CompletableFuture<Throwable> failure = failureOf(() -> client.proxy(Slow.class).wait("x"));
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    time.advance(Duration.ofSeconds(9));
    assertThat(failure).isNotDone();
    time.advance(Duration.ofSeconds(1).plusMillis(10));
    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("no response");
  }

  @Test
  void theServerEndsExpiredCallsByItsOwnClock() throws Exception {
    FakeTime time = FakeTime.create();
    RpcServer server =
        fixture.start(fixture.server().service(Slow.class, waiting).time(Fixture.timeOf(time)));
    RpcClient client = fixture.start(fixture.client(server));
    CompletableFuture<Throwable> failure =
        failureOf(() ->
            client
                .proxy(Slow.class, CallOptions.defaults().withTimeout(Duration.ofSeconds(40)))
                .wait("x"));
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    time.advance(Duration.ofSeconds(40).plusMillis(10));
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED))
        .hasMessageContaining("before its handler had ended");
  }

  @Test
  void cancellingTheStageCancelsTheHandler() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Slow.class, waiting));
    Slow slow = fixture.start(fixture.client(server)).proxy(Slow.class);
    CompletableFuture<String> call = slow.later("x").toCompletableFuture();
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(call.cancel(true)).isTrue();
    assertThatThrownBy(waiting.stage::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void completingTheStageInAnyWayCancelsTheHandler() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Slow.class, waiting));
    Slow slow = fixture.start(fixture.client(server)).proxy(Slow.class);
    CompletableFuture<String> call = slow.later("x").toCompletableFuture();
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    call.orTimeout(1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(call::get).isInstanceOf(ExecutionException.class);
    assertThatThrownBy(waiting.stage::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void interruptingTheCallerCancelsTheHandler() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Slow.class, waiting));
    Slow slow = fixture.start(fixture.client(server)).proxy(Slow.class);
    CompletableFuture<Boolean> interruptedStill = new CompletableFuture<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            slow.wait("x");
          } catch (RpcException e) {
            assertThat(e.code()).isEqualTo(RpcCode.CANCELLED);
            interruptedStill.complete(Thread.currentThread().isInterrupted());
          } catch (InterruptedException e) {
            interruptedStill.completeExceptionally(e);
          }
        });
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(interruptedStill.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.interrupted.get(10, TimeUnit.SECONDS).isCancelled()).isTrue();
  }

  @Test
  void theEndOfTheConnectionCancelsTheHandlerAndFailsTheCall() throws Exception {
    CompletableFuture<RpcPeer> peer = new CompletableFuture<>();
    RpcServer server =
        fixture.start(fixture.server().service(Slow.class, waiting).onPeer(peer::complete));
    RpcClient client = fixture.start(fixture.client(server));
    CompletableFuture<Throwable> failure = failureOf(() -> client.proxy(Slow.class).wait("x"));
    assertThat(waiting.begun.await(10, TimeUnit.SECONDS)).isTrue();
    peer.get().session().close(io.gannet.transport.StopMode.NOW);
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
              assertThat(e.notStarted()).isFalse();
            })
        .hasMessageContaining("may have been handled");
    assertThat(waiting.interrupted.get(10, TimeUnit.SECONDS).isCancelled()).isTrue();
  }

  interface Outer {
    String outer();
  }

  @Test
  void aDeadlineIsTransmittedAndBoundsTheCallsOfTheHandler() throws Exception {
    CompletableFuture<Duration> left = new CompletableFuture<>();
    RpcServer inner =
        fixture.start(
            fixture
                .server()
                .service(
                    Outer.class,
                    () -> {
                      left.complete(CallContext.current().orElseThrow().timeLeft().orElseThrow());
                      return "inner";
                    }));
    Outer nested = fixture.start(fixture.client(inner)).proxy(Outer.class);
    RpcServer outer = fixture.start(fixture.server().service(Outer.class, nested));
    RpcClient client = fixture.start(fixture.client(outer));
    CallOptions fiveSeconds = CallOptions.defaults().withTimeout(Duration.ofSeconds(5));
    assertThat(client.proxy(Outer.class, fiveSeconds).outer()).isEqualTo("inner");
    assertThat(left.get()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
  }

  @Test
  void anInterruptDoesNotOutliveItsHandler() throws Exception {
    // Cancels many calls just when they end. Other calls must not be affected.
    Slow quick =
        new Slow() {
          @Override
          public String wait(String text) {
            return text;
          }

          @Override
          public CompletionStage<String> later(String text) {
            return CompletableFuture.completedStage(
                Thread.currentThread().isInterrupted() ? "interrupted" : text);
          }
        };
    RpcServer server = fixture.start(fixture.server().service(Slow.class, quick));
    Slow slow = fixture.start(fixture.client(server)).proxy(Slow.class);
    for (int i = 0; i < 2000; i++) {
      CompletableFuture<String> cancelled = slow.later("x").toCompletableFuture();
      if (i % 2 == 0) {
        cancelled.cancel(true);
      }
      if (i % 16 == 0) {
        assertThat(slow.wait("y" + i)).isEqualTo("y" + i);
      }
    }
  }

  @Test
  void aCallThatExpiresBeforeItStartsIsNotRun() throws Exception {
    FakeTime time = FakeTime.create();
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Slow.class, waiting)
                .time(Fixture.timeOf(time))
                .onPeer(peer -> {
                  try {
                    Fixture.await(gate); // holds back the calls
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }));
    RpcClient client = fixture.start(fixture.client(server));
    CompletableFuture<Throwable> failure = failureOf(() -> client.proxy(Slow.class).wait("x"));
    await().until(() -> server.peers().stream().anyMatch(peer -> peer.stats().callsRunning() == 1));
    time.advance(Duration.ofSeconds(11));
    gate.countDown();
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED);
              assertThat(e.notStarted()).isTrue();
            });
    assertThat(waiting.run).hasValue(0);
  }

  interface Detached {
    CompletionStage<String> cancellable(String text);

    CompletionStage<String> stubborn(String text);

    @OneWay
    void silent(String text);
  }

  /** Returns stages that the test completes, or that never complete. */
  static class Forgetful implements Detached {
    final CompletableFuture<String> stage = new CompletableFuture<>();
    final CompletableFuture<Thread> cancelledBy = new CompletableFuture<>();
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public CompletionStage<String> cancellable(String text) {
      CallContext.current().orElseThrow().onCancel(() -> stage.cancel(true));
      begun.countDown();
      return stage;
    }

    @Override
    public CompletionStage<String> stubborn(String text) {
      begun.countDown();
      return stage.minimalCompletionStage();
    }

    @Override
    public void silent(String text) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
    }
  }

  @Test
  void dependentStagesOfHandlersDoNotRunOnAnIoThread() throws Exception {
    Forgetful handler = new Forgetful();
    RpcServer server = fixture.start(fixture.server().service(Detached.class, handler));
    RpcClient client = fixture.start(fixture.client(server));
    handler.stage.whenComplete(
        (result, failure) -> handler.cancelledBy.complete(Thread.currentThread()));
    CompletableFuture<String> call =
        client.proxy(Detached.class).cancellable("x").toCompletableFuture();
    assertThat(handler.begun.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel(true);
    assertThat(handler.cancelledBy.get(10, TimeUnit.SECONDS).isVirtual()).isTrue();
  }

  @Test
  void aStageKeepsItsPlaceUntilItCompletesEvenIfTheCallIsCancelled() throws Exception {
    Forgetful handler = new Forgetful();
    RpcServer server = fixture.start(fixture.server().service(Detached.class, handler));
    RpcClient client = fixture.start(fixture.client(server));
    CompletableFuture<String> call =
        client.proxy(Detached.class).stubborn("x").toCompletableFuture();
    assertThat(handler.begun.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel(true);
    assertThatThrownBy(() -> client.call("Nothing/atAll", String.class)) // came behind that
        .isInstanceOf(RpcException.class);
    assertThat(running(server)).isEqualTo(1);
    handler.stage.complete("at last");
    await().until(() -> running(server) == 0);
  }

  private static int running(RpcServer server) {
    return server.peers().stream().mapToInt(peer -> peer.stats().callsRunning()).sum();
  }

  @Test
  void aStageThatNeverCompletesIsAnsweredAtTheDeadline() throws Exception {
    FakeTime time = FakeTime.create();
    Forgetful handler = new Forgetful();
    RpcServer server =
        fixture.start(fixture.server().service(Detached.class, handler).time(Fixture.timeOf(time)));
    WirePeer peer = new WirePeer(fixture.connect(server)).greet();
    peer.send(
        "02 00 00000001 00000032 01 0011"
            + WirePeer.text("Detached/stubborn")
            + "0000"
            + WirePeer.text("\"x\""));
    assertThat(handler.begun.await(10, TimeUnit.SECONDS)).isTrue();
    time.advance(Duration.ofMillis(60));
    assertThat(peer.read()).startsWith("03000000000104");
    handler.stage.complete("too late");
  }

  @Test
  void aOneWayCallIsInterruptedAtItsDeadline() throws Exception {
    Forgetful handler = new Forgetful();
    RpcServer server = fixture.start(fixture.server().service(Detached.class, handler));
    RpcClient client = fixture.start(fixture.client(server));
    awaitConnection(client);
    client
        .proxy(Detached.class, CallOptions.defaults().withTimeout(Duration.ofMillis(300)))
        .silent("x");
    assertThat(handler.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Takes long to be encoded, under the lock of the connection's queue. */
  public static final class SlowToWrite {
    private final CountDownLatch begun;
    private final CountDownLatch gate;

    SlowToWrite(CountDownLatch begun, CountDownLatch gate) {
      this.begun = begun;
      this.gate = gate;
    }

    public String getText() throws InterruptedException {
      begun.countDown();
      Fixture.await(gate);
      return "";
    }
  }

  private static void awaitConnection(RpcClient client) {
    await().until(() -> client.connections().size() == 1);
  }

  @Test
  void slowSerializationOfAnArgumentDoesNotDelayTheDeadline() throws Exception {
    Forgetful handler = new Forgetful();
    RpcServer server = fixture.start(fixture.server().service(Detached.class, handler));
    RpcClient client = fixture.start(fixture.client(server));
    RpcClient other = fixture.start(fixture.client(server));
    awaitConnection(client);
    awaitConnection(other);
    CallOptions quick = CallOptions.defaults().withTimeout(Duration.ofMillis(500));
    CompletableFuture<String> first =
        client.proxy(Detached.class, quick).stubborn("x").toCompletableFuture();
    CompletableFuture<String> second =
        other
            .proxy(Detached.class, quick.withTimeout(Duration.ofMillis(700)))
            .stubborn("x")
            .toCompletableFuture();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    CompletableFuture<Throwable> third =
        failureOf(() -> client.call("Detached/stubborn", Void.class, new SlowToWrite(begun, gate)));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS)).hasMessageContaining("DEADLINE");
    assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS)).hasMessageContaining("DEADLINE");
    gate.countDown();
    third.get(10, TimeUnit.SECONDS);
    handler.stage.complete("too late");
  }
}
