package io.gannet.rpc.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.internal.call.Goodbye.Stage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests {@link Goodbye}: its stages, and the frames that it lets one caller send. */
class GoodbyeTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 500;

  @Test
  void stagesNeverGoBack() {
    Goodbye goodbye = new Goodbye();
    assertThat(goodbye.moveTo(Stage.FINISHING)).isTrue();
    assertThat(goodbye.moveTo(Stage.LEAVING)).isFalse();
    assertThat(goodbye.moveTo(Stage.FINISHING)).isFalse();
    assertThat(goodbye.stage()).isEqualTo(Stage.FINISHING);
    assertThat(goodbye.takesCalls()).isTrue();
    assertThat(goodbye.moveTo(Stage.DRAINING)).isTrue();
    assertThat(goodbye.takesCalls()).isFalse();
    assertThat(goodbye.whenOver()).isNotDone();
    assertThat(goodbye.moveTo(Stage.OVER)).isTrue();
    assertThat(goodbye.moveTo(Stage.GO_AWAY_SENT)).isFalse();
    assertThat(goodbye.claimGoAway()).isFalse();
    assertThat(goodbye.whenOver()).isCompleted();
  }

  @Test
  void eachStageIsEnteredOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Goodbye goodbye = new Goodbye();
      Map<Stage, AtomicInteger> entered = new EnumMap<>(Stage.class);
      for (Stage stage : Stage.values()) {
        entered.put(stage, new AtomicInteger());
      }
      AtomicInteger goAways = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        threads.add(
            Thread.startVirtualThread(() -> {
              await(start);
              for (Stage stage : List.of(Stage.LEAVING, Stage.FINISHING, Stage.DRAINING)) {
                if (goodbye.moveTo(stage)) {
                  entered.get(stage).incrementAndGet();
                }
              }
              if (goodbye.claimGoAway()) {
                goAways.incrementAndGet();
              }
            }));
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(goodbye.stage()).isEqualTo(Stage.GO_AWAY_SENT);
      assertThat(goAways).hasValue(1);
      assertThat(entered.get(Stage.DRAINING)).hasValue(1);
      assertThat(entered.values()).allMatch(count -> count.get() <= 1);
    }
  }

  @Test
  void onlyTheFirstGoodbyeOfThePeerIsNews() {
    Goodbye goodbye = new Goodbye();
    assertThat(goodbye.peerReason()).isNull();
    assertThat(goodbye.peerLeaves("draining")).isTrue();
    assertThat(goodbye.peerLeaves("protocol error")).isFalse();
    assertThat(goodbye.peerReason()).isEqualTo("protocol error");
    assertThat(goodbye.takesCalls()).isTrue();
  }

  @Test
  void oneCallerMaySendTheLastCall() {
    Goodbye goodbye = new Goodbye();
    assertThat(goodbye.claimLastCall()).isTrue();
    assertThat(goodbye.claimLastCall()).isFalse();
    assertThat(goodbye.isPeerDone()).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
