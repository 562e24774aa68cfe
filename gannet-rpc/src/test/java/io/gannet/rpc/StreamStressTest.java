package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many simultaneous streams in both directions of one connection. Every byte must arrive in its
 * place.
 */
class StreamStressTest {

  private static final int STREAMS = 60;
  private static final int ITEMS = 300;
  private static final int LARGEST = 3000;

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Echo {
    RpcStream<BytesValue> echo(RpcStream<BytesValue> items);
  }

  private final AtomicInteger running = new AtomicInteger();

  /** Returns the received items, sometimes slowly. */
  private RpcStream<BytesValue> echo(RpcStream<BytesValue> items) {
    return RpcStream.produce(sink -> {
      running.incrementAndGet();
      try {
        for (BytesValue item : items) {
          if (item.getValue().size() % 61 == 0) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
          }
          sink.send(item);
        }
      } finally {
        running.decrementAndGet();
      }
    });
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void everyByteArrivesInItsPlace(Wires wires) {
    RpcServer server =
        fixture.start(
            RpcServer.over(wires.server())
                .service(Echo.class, this::echo)
                .streamWindow(16, 10_000)
                .maxRunningBytes(8 << 20));
    RpcClient client =
        fixture.start(
            RpcClient.over(wires.client(server))
                .service(Echo.class, this::echo)
                .streamWindow(50, 20_000)
                .compressAbove(2_000));
    await().until(() -> server.peers().size() == 1);
    Echo up = client.proxy(Echo.class);
    Echo down = server.peers().iterator().next().proxy(Echo.class);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      int number = i;
      Echo echo = i % 2 == 0 ? up : down;
      all.add(CompletableFuture.runAsync(() -> converse(echo, number), Thread::startVirtualThread));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .orTimeout(100, TimeUnit.SECONDS)
        .join();
    await().atMost(Duration.ofSeconds(20)).until(() -> running.get() == 0);
  }

  /** Sends pieces of one endless byte sequence, and compares the answers with it. */
  private static void converse(Echo echo, int number) {
    Random sizes = new Random(number);
    Random row = new Random(1000 + number);
    RpcStream<BytesValue> items =
        RpcStream.produce(sink -> {
          for (int i = 0; i < ITEMS; i++) {
            byte[] bytes = new byte[sizes.nextInt(10) == 0 ? 0 : sizes.nextInt(LARGEST)];
            row.nextBytes(bytes);
            sink.send(BytesValue.of(ByteString.copyFrom(bytes)));
          }
        });
    Random expectedSizes = new Random(number);
    Random expectedRow = new Random(1000 + number);
    boolean stopsEarly = number % 3 == 0;
    int last = stopsEarly ? number : ITEMS;
    try (RpcStream<BytesValue> back = echo.echo(items)) {
      for (int i = 0; i < last; i++) {
        byte[] expected =
            new byte[expectedSizes.nextInt(10) == 0 ? 0 : expectedSizes.nextInt(LARGEST)];
        expectedRow.nextBytes(expected);
        assertThat(back.next().getValue().toByteArray())
            .as("item %d of stream %d", i, number)
            .isEqualTo(expected);
        if (i % 50 == number % 50) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2)); // somebody who is slow
        }
      }
      if (!stopsEarly) {
        assertThat(back.hasNext()).isFalse();
      }
    }
  }
}
