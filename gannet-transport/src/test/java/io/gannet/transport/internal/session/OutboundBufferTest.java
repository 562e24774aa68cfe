package io.gannet.transport.internal.session;

import static io.gannet.transport.internal.session.Outbounds.outbound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.EncodeException;
import io.gannet.transport.internal.session.Outbounds.HeapAllocator;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The waiting bytes after a failure of one message. */
class OutboundBufferTest {

  private static final int MEGABYTE = 1 << 20;

  private final HeapAllocator allocator = new HeapAllocator();
  private final OutboundBuffer<String> outbound = outbound(allocator, MEGABYTE, MEGABYTE / 2);

  /** Takes and "writes" everything that waits, as the I/O thread does, and returns it. */
  private String drain() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf[] chunks = outbound.take(); chunks != null; chunks = outbound.take()) {
      String taken = Outbounds.release(chunks);
      outbound.written(taken.length()).forEach(sent -> sent.complete(null));
      text.append(taken);
    }
    return text.toString();
  }

  private void offerUnencodable() {
    assertThatThrownBy(() -> outbound.offer("half!", null)).isInstanceOf(EncodeException.class);
  }

  @Test
  void aMessageThatFailsToEncodeDoesNotDelayEarlierOnes() {
    String large = "x".repeat(70_000); // so large that the next message begins a chunk of its own
    assertThat(outbound.offer(large, null)).isEqualTo(Offer.ACCEPTED_FLUSH_OWED);
    offerUnencodable();

    assertThat(drain().equals(large)).isTrue();
    assertThat(outbound.counters().queuedBytes()).isZero();
    assertThat(outbound.offer("next", null)).isEqualTo(Offer.ACCEPTED_FLUSH_OWED);
    assertThat(drain()).isEqualTo("next");
    assertThat(allocator.unreleased()).isZero();
  }

  @Test
  void aMessageThatFailsToEncodeKeepsAnEarlierEmptyOne() {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    assertThat(outbound.offer("", sent)).isEqualTo(Offer.ACCEPTED_FLUSH_OWED);
    offerUnencodable();

    assertThat(drain()).isEmpty();
    assertThat(sent).isCompleted();
    assertThat(allocator.unreleased()).isZero();
  }

  @Test
  void aMessageThatFailsToEncodeHoldsNoMemory() {
    offerUnencodable();

    assertThat(allocator.unreleased()).isZero();
    assertThat(outbound.take()).isNull();
  }

  @Test
  void runningOutOfMemoryLosesAndRepeatsNothing() {
    String large = "x".repeat(70_000);
    outbound.offer(large, null);
    allocator.failNext();
    assertThatThrownBy(() -> outbound.offer("lost", null)).isInstanceOf(OutOfMemoryError.class);
    outbound.offer("kept", null);

    assertThat(drain().equals(large + "kept")).isTrue();
    assertThat(outbound.counters().queuedBytes()).isZero();
    assertThat(allocator.unreleased()).isZero();
  }
}
