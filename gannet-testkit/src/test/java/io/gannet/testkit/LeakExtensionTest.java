package io.gannet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.container;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class LeakExtensionTest {
  /** Discards the leaks that these tests cause on purpose, so that they don't fail the class. */
  @AfterEach
  void forget() {
    LeakDetection.collect();
  }

  private static void leak() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
    Unpooled.buffer(16).writeByte(1);
  }

  private static EngineExecutionResults run(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .configurationParameter("junit.jupiter.conditions.deactivate", "*")
        .selectors(selectClass(testClass))
        .execute();
  }

  @Test
  void aLeakedBufferIsFoundWithTheRecordOfItsUse() {
    leak();

    assertThat(LeakDetection.collect())
        .hasSizeGreaterThanOrEqualTo(1)
        .allMatch(leak -> leak.contains("LeakExtensionTest.leak"));
    assertThat(LeakDetection.collect()).isEmpty();
  }

  @Test
  void aReleasedBufferIsNotReported() {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
    buffer.writeByte(1);
    buffer.release();

    assertThat(LeakDetection.collect()).isEmpty();
  }

  @Test
  void aTestClassThatLeaksFails() {
    run(Leaking.class)
        .containerEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                container(Leaking.class),
                finishedWithFailure(message(text -> text.contains("found after ")))));
  }

  @Test
  void aTestClassThatDoesNotLeakPasses() {
    run(Clean.class).allEvents().assertStatistics(statistics -> statistics.failed(0));
  }

  static class Leaking {
    @Test
    void leaks() {
      leak();
    }

    @Nested
    class Inner {
      @Test
      void isNotBlamed() {}
    }
  }

  static class Clean {
    @Test
    void releases() {
      Unpooled.buffer(16).release();
    }
  }
}
