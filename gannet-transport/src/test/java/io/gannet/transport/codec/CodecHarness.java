package io.gannet.transport.codec;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Uses a codec as a session does, and fails if the codec violates its contract. */
public final class CodecHarness<M> implements AutoCloseable {

  private static final int DEFAULT_LIMIT = 4 << 20;

  /** All messages so far, also those of a read that ended with an exception. */
  public final List<M> received = new ArrayList<>();

  /** The errors of skipped messages, in the order of receipt. */
  public final List<SkippedMessageException> skipped = new ArrayList<>();

  private final Codec<M> codec;
  private final int limit;
  private final CodecContext context;

  /** Without leak detection, which would dominate the time of tests that send single bytes. */
  private final ByteBuf unread = new UnpooledByteBufAllocator(false, true).heapBuffer();

  private final ByteBufReader reader = new ByteBufReader();
  private UnaryOperator<ReadBuffer> view = UnaryOperator.identity();
  private UnaryOperator<WriteBuffer> sink = UnaryOperator.identity();
  private int scanned;

  public CodecHarness(Codec<M> codec) {
    this(codec, DEFAULT_LIMIT);
  }

  public CodecHarness(Codec<M> codec, int limit) {
    this.codec = codec;
    this.limit = limit;
    this.context = CodecContext.of(limit, ConnectionInfo.nothing());
  }

  /** Wraps the reader that the codec sees. */
  public CodecHarness<M> reading(UnaryOperator<ReadBuffer> newView) {
    view = newView;
    return this;
  }

  /** Wraps the writer that the codec sees. */
  public CodecHarness<M> writing(UnaryOperator<WriteBuffer> newSink) {
    sink = newSink;
    return this;
  }

  /** Receives bytes in one read and returns the messages that they complete. */
  public List<M> feed(byte... bytes) {
    unread.writeBytes(bytes);
    int before = received.size();
    int size = unread.readableBytes();
    int free = 0;
    reader.open(unread, unread.readerIndex(), unread.writerIndex(), scanned);
    try {
      while (true) {
        int start = reader.position();
        int held = codec.bufferedBytes();
        M message;
        try {
          message = codec.decode(context, view.apply(reader));
        } catch (SkippedMessageException e) {
          if (reader.position() == start && (reader.isReadable() || held == 0)) {
            throw new AssertionError("skipped without having consumed anything", e);
          }
          skipped.add(e);
          continue;
        }
        boolean consumed = reader.position() != start;
        if (message == null) {
          if (!consumed || !reader.isReadable()) {
            break;
          }
        } else {
          received.add(message);
          if (!consumed && (reader.isReadable() || held == 0)) {
            throw new AssertionError("made a message of nothing: " + message);
          }
          if (!consumed && ++free > size) {
            throw new AssertionError("makes messages of nothing for ever");
          }
          if (!reader.isReadable() && codec.bufferedBytes() == 0) {
            break;
          }
        }
      }
      scanned = reader.scannedBytes();
    } finally {
      unread.readerIndex(reader.position());
      reader.close();
      unread.discardSomeReadBytes();
    }
    int incomplete = unread.readableBytes() + codec.bufferedBytes();
    if (incomplete > limit) {
      throw new MessageTooLargeException(incomplete, limit, "maxMessageSize");
    }
    return List.copyOf(received.subList(before, received.size()));
  }

  /** Receives bytes one by one. */
  public List<M> feedByteByByte(byte... bytes) {
    List<M> messages = new ArrayList<>();
    for (byte value : bytes) {
      messages.addAll(feed(value));
    }
    return messages;
  }

  /** Encodes a message after other bytes, as in a session that sends several. */
  public byte[] encode(M message) {
    ByteBuf out = Unpooled.buffer(4);
    try {
      out.writeInt(0xCAFEBABE);
      ByteBufWriter writer = new ByteBufWriter();
      writer.open(out, limit);
      try {
        codec.encode(context, message, sink.apply(writer));
      } finally {
        writer.close();
      }
      if (out.readInt() != 0xCAFEBABE) {
        throw new AssertionError("the codec wrote before its message");
      }
      return ByteBufUtil.getBytes(out);
    } finally {
      out.release();
    }
  }

  public byte[] encodeAll(Iterable<? extends M> messages) {
    ByteBuf all = Unpooled.buffer();
    try {
      messages.forEach(message -> all.writeBytes(encode(message)));
      return ByteBufUtil.getBytes(all);
    } finally {
      all.release();
    }
  }

  /** How many received bytes the codec has not consumed. */
  public int unreadBytes() {
    return unread.readableBytes();
  }

  public int bufferedBytes() {
    return codec.bufferedBytes();
  }

  @Override
  public void close() {
    codec.release(context);
    unread.release();
  }
}
