package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.TransportException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.codec.AllCodecs.Sample;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of every codec, tested with random messages and bytes. */
class EveryCodecTest {

  private static final int LIMIT = 1 << 20;

  static List<Sample<?>> samples() {
    return AllCodecs.samples();
  }

  private static <M> CodecHarness<M> harness(Sample<M> sample) {
    return new CodecHarness<>(sample.codec().get(), LIMIT);
  }

  private static <M> List<M> messages(Sample<M> sample, Random random, int count) {
    return Stream.generate(() -> sample.message().apply(random)).limit(count).toList();
  }

  private static List<Object> comparable(List<?> messages) {
    return messages.stream().map(AllCodecs::comparable).toList();
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void messagesArriveAsTheyWereSentHoweverTheStreamIsCut(Sample<M> sample) {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      List<M> sent = messages(sample, random, 20);
      List<M> received = new ArrayList<>();
      try (CodecHarness<M> harness = harness(sample)) {
        byte[] wire = harness.encodeAll(sent);
        int most = 1 + random.nextInt(wire.length);
        for (int from = 0; from < wire.length; ) {
          int to = Math.min(wire.length, from + 1 + random.nextInt(most));
          received.addAll(harness.feed(Arrays.copyOfRange(wire, from, to)));
          from = to;
        }
        assertThat(harness.unreadBytes() + harness.bufferedBytes()).isZero();
        assertThat(harness.skipped).isEmpty();
      }
      assertThat(comparable(received)).as("seed %d", seed).isEqualTo(comparable(sent));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void messagesArriveByteByByte(Sample<M> sample) {
    List<M> sent = messages(sample, new Random(5), 10);
    try (CodecHarness<M> harness = harness(sample)) {
      assertThat(comparable(harness.feedByteByByte(harness.encodeAll(sent))))
          .isEqualTo(comparable(sent));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void otherBuffersThanTheFrameworksOwnWorkToo(Sample<M> sample) {
    List<M> sent = messages(sample, new Random(7), 20);
    try (CodecHarness<M> harness =
        harness(sample).reading(new CountingReads()).writing(EveryCodecTest::wrapped)) {
      assertThat(comparable(harness.feed(harness.encodeAll(sent)))).isEqualTo(comparable(sent));
    }
  }

  private static WriteBuffer wrapped(WriteBuffer out) {
    return (WriteBuffer)
        Proxy.newProxyInstance(
            WriteBuffer.class.getClassLoader(),
            new Class<?>[] {WriteBuffer.class},
            (proxy, method, arguments) -> method.invoke(out, arguments));
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void aMessageArrivesWithItsLastByteAndNotBefore(Sample<M> sample) {
    Random random = new Random(6);
    for (int i = 0; i < 50; i++) {
      try (CodecHarness<M> harness = harness(sample)) {
        byte[] wire = harness.encode(sample.message().apply(random));
        assertThat(harness.feed(Arrays.copyOf(wire, wire.length - 1))).isEmpty();
        if (wire.length > 1) {
          assertThat(harness.unreadBytes() + harness.bufferedBytes()).isPositive();
        }
        assertThat(harness.feed(wire[wire.length - 1])).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void randomBytesAreNeverMoreThanAnErrorOfThePeer(Sample<M> sample) {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      feedGarbage(sample, random, Bytes.random(random, random.nextInt(300)));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void corruptedMessagesCauseOnlyErrorsOfThePeer(Sample<M> sample) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] wire;
      try (CodecHarness<M> harness = harness(sample)) {
        wire = harness.encodeAll(messages(sample, random, 3));
      }
      for (int spoiled = 1 + random.nextInt(4); spoiled > 0; spoiled--) {
        wire[random.nextInt(wire.length)] = (byte) random.nextInt();
      }
      feedGarbage(sample, random, wire);
    }
  }

  /**
   * The harness fails if a codec makes no progress. Any other fault is an unexpected exception.
   */
  private static <M> void feedGarbage(Sample<M> sample, Random random, byte[] garbage) {
    try (CodecHarness<M> harness = harness(sample)) {
      int half = random.nextInt(garbage.length + 1);
      harness.feed(Arrays.copyOf(garbage, half));
      harness.feed(Arrays.copyOfRange(garbage, half, garbage.length));
    } catch (TransportException expected) {
      assertThat(expected).hasMessageNotContaining("\n");
    } catch (RuntimeException e) {
      fail("%s throws for %s".formatted(sample, Arrays.toString(garbage)), e);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void bytesOfATooLargeMessageAreNotKept(Sample<M> sample) {
    // A repeated byte never forms a valid message, and at most the limit is kept.
    int limit = 1000;
    for (int value : new int[] {0, 1, 'x', 0x7F, 0xFF}) {
      byte[] chunk = new byte[100];
      Arrays.fill(chunk, (byte) value);
      try (CodecHarness<M> harness = new CodecHarness<>(sample.codec().get(), limit)) {
        for (int i = 0; i < 50; i++) {
          harness.feed(chunk);
          assertThat(harness.unreadBytes() + harness.bufferedBytes()).isLessThanOrEqualTo(limit);
        }
      } catch (MessageTooLargeException expected) {
        assertThat(expected).hasMessageContaining("limit of 1,000 bytes");
      } catch (TransportException expected) {
        // Garbage.
      }
    }
  }
}
