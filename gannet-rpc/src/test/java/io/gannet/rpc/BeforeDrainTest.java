package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Actions that a server runs before it drains. */
class BeforeDrainTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Echo {
    String echo(String text);
  }

  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicInteger times = new AtomicInteger();

  private Runnable waitingFor(CountDownLatch gate) {
    return () -> {
      times.incrementAndGet();
      begun.countDown();
      try {
        Fixture.await(gate);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static CompletableFuture<Void> closing(RpcServer server) {
    return CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
  }

  @Test
  void callsAreAcceptedUntilBeforeDrainHasEnded() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server().service(Echo.class, text -> text));
    server.beforeDrain(waitingFor(gate));
    Echo echo = fixture.start(fixture.client(server)).proxy(Echo.class);
    CompletableFuture<Void> closed = closing(server);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(server.isRunning()).isFalse();
    assertThat(echo.echo("x")).isEqualTo("x");
    Echo late = fixture.start(fixture.client(server)).proxy(Echo.class);
    assertThat(late.echo("y")).isEqualTo("y");
    assertThat(closed).isNotDone();
    gate.countDown();
    closed.get(10, TimeUnit.SECONDS);
    server.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void beforeDrainRunsOnceHoweverOftenTheServerIsStopped() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server());
    server.beforeDrain(waitingFor(gate));
    server.stop(StopMode.DRAIN);
    CompletableFuture<Void> closed = closing(server);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    gate.countDown();
    closed.get(10, TimeUnit.SECONDS);
    server.close();
    assertThat(times).hasValue(1);
    CountDownLatch late = new CountDownLatch(1);
    server.beforeDrain(late::countDown);
    assertThat(late.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theDrainBeginsWhenBeforeDrainExceedsTheGrace() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server());
    server.beforeDrain(waitingFor(gate));
    server.stop(StopMode.DRAIN_AND_WAIT, Duration.ofMillis(50));
    server.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(gate.getCount()).isEqualTo(1);
  }

  @Test
  void aStopAtOnceWaitsForNothing() throws Exception {
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server());
    server.beforeDrain(waitingFor(gate));
    CompletableFuture<Void> closed = closing(server);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    server.stop(StopMode.NOW);
    server.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(closed).isNotDone();
    gate.countDown();
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aFailingBeforeDrainDoesNotStopTheDrain() {
    RpcServer server = fixture.start(fixture.server());
    server.beforeDrain(() -> {
      throw new IllegalStateException("on purpose");
    });
    server.beforeDrain(times::incrementAndGet);
    server.close();
    await().until(() -> times.get() == 1);
    assertThat(server.isRunning()).isFalse();
  }
}
