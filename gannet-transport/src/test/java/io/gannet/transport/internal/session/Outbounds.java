package io.gannet.transport.internal.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outbound buffers without a session or a socket. */
final class Outbounds {

  private Outbounds() {}

  static OutboundBuffer<String> outbound(HeapAllocator allocator, int high, int low) {
    return new BareOutboundBuffer(new PlainCodec(), allocator, high, low);
  }

  /** Releases chunks and returns what they held. */
  static String release(ByteBuf[] chunks) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf chunk : chunks) {
      text.append(chunk.toString(US_ASCII));
      chunk.release();
    }
    return text.toString();
  }

  static String text(OutboundBuffer.Counters counters) {
    return counters.toString();
  }

  /** Encodes a text without framing. A text that ends in "!" fails after it has been written. */
  static final class PlainCodec implements Codec<String> {
    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      throw new AssertionError("nothing is received here");
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {
      for (int i = 0; i < message.length(); i++) {
        out.writeByte(message.charAt(i));
      }
      if (message.endsWith("!")) {
        throw new EncodeException("told to fail: " + message);
      }
    }
  }

  /** Allocates all buffers on the heap, and fails on request. */
  static final class HeapAllocator extends AbstractByteBufAllocator {

    private final List<ByteBuf> made = new ArrayList<>();
    private boolean failing;

    HeapAllocator() {
      super(false);
    }

    /** Lets the next allocation fail. */
    void failNext() {
      failing = true;
    }

    /** How many buffers have not been released. */
    long unreleased() {
      return made.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      if (failing) {
        failing = false;
        throw new OutOfMemoryError("told to fail");
      }
      ByteBuf buffer = new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
      made.add(buffer);
      return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}
