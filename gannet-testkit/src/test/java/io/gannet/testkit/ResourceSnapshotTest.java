package io.gannet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ResourceSnapshotTest {
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final long MIB = 1 << 20;

  @Test
  void nothingIsLeftOverWhenNothingHappened() {
    ResourceSnapshot before = ResourceSnapshot.take();
    assertThat(before.openFiles()).isPositive();
    assertThat(before.heapBytes()).isPositive();
    before.assertNothingLeftOver(4 * MIB, MOMENT);
  }

  @Test
  void openSocketsAreLeftOver() {
    ResourceSnapshot before = ResourceSnapshot.take();
    try (RawServer server = RawServer.start()) {
      List<RawPeer> peers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        peers.add(RawPeer.connect(server.port()));
      }
      assertThatThrownBy(() -> before.assertNothingLeftOver(4 * MIB, MOMENT))
          .isInstanceOf(AssertionError.class)
          .hasMessageMatching("(?s).*1\\d file descriptors.*");
      peers.forEach(RawPeer::close);
    }
    before.assertNothingLeftOver(4 * MIB, Duration.ofSeconds(5));
  }

  @Test
  void runningThreadsAreLeftOver() throws InterruptedException {
    ResourceSnapshot before = ResourceSnapshot.take();
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .name("left-over-1")
            .start(() -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(ResourceSnapshot.take().threads("left-over")).isEqualTo(1);
    assertThatThrownBy(() -> before.assertNothingLeftOver(4 * MIB, MOMENT))
        .hasMessageContaining("1 threads 'left-over-'");
    end.countDown();
    thread.join();
    before.assertNothingLeftOver(4 * MIB, MOMENT);
  }

  @Test
  void memoryIsLeftOver() {
    ResourceSnapshot before = ResourceSnapshot.take();
    byte[] heap = new byte[(int) (16 * MIB)];
    ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer((int) (16 * MIB));
    assertThatThrownBy(() -> before.assertNothingLeftOver(4 * MIB, MOMENT))
        .hasMessageContaining("bytes of heap")
        .hasMessageContaining("bytes of direct memory");
    assertThat(heap).hasSize((int) (16 * MIB));
    direct.release();
    assertThat(ResourceSnapshot.take().directBytes()).isLessThan(before.directBytes() + 4 * MIB);
  }
}
