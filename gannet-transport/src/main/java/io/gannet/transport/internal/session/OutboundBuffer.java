package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a session has accepted and not yet written.
 *
 * <p><b>Concurrency.</b> Any thread appends; only the session's I/O thread takes. All fields are
 * guarded by the lock, which is this object. The lock is held while a codec encodes, but never
 * during other user code or I/O.
 *
 * <p><b>Flushing.</b> {@link #flushOwed} is true from the moment an append finds it false until
 * {@link #take} finds nothing to take. The append that set it must schedule a flush on the I/O
 * thread; every other append relies on that flush. So one burst of sends causes one wake-up. No
 * byte is left behind: an append either precedes the take that finds nothing, and is taken by it,
 * or follows it, and finds the flag false.
 *
 * <p><b>Accounting.</b> {@link #queuedBytes} counts bytes from acceptance until {@link #written}
 * reports that the operating system has them. So bytes being written count as queued.
 *
 * <p><b>Message boundaries.</b> If the transport sends each message separately, each message
 * follows a mark with its length, see {@link MessageMarks}. Marks count as queued bytes, so that
 * empty messages fill the queue as well.
 */
@SuppressWarnings("serial") // see SelfLock
abstract class OutboundBuffer<M> extends SelfLock {

  /** As a timeout: fails instead of waiting. */
  static final long NO_WAIT = -1;

  /** A chunk that has reached this size is closed, and the next message starts a new chunk. */
  private static final int CHUNK = 64 * 1024;

  private static final int SMALLEST_CHUNK = 256;

  /** The maximum number of chunks per write. */
  private static final int CHUNKS = 4;

  /**
   * Completes when everything up to a position in the stream of accepted bytes has been written.
   */
  private record Ack(long position, CompletableFuture<Void> done) {}

  /** The counters of a queue that has been full. */
  private static final class Overflow {
    private long timesFull;
    private long droppedMessages;

    /** The last overflow that {@link #hasBecomeFull} has reported. */
    private long toldFull;
  }

  private final Codec<M> codec;
  private final SendPolicy policy;

  /** Null if message boundaries needn't be preserved. */
  private final @Nullable MessageMarks<M> marks;

  private @Nullable Condition belowLow;
  private @Nullable ByteBuf tail;

  /** Writes to the tail; created for its first message, and dropped with it. */
  private @Nullable ByteBufWriter writer;

  private @Nullable ArrayDeque<ByteBuf> closedChunks;
  private @Nullable ArrayDeque<Ack> acks;
  private int tailHint = SMALLEST_CHUNK;
  private boolean flushOwed;
  private boolean full;
  private boolean sealed;
  private long queuedBytes;
  private long writtenBytes;
  private long acceptedMessages;

  /** Created when the queue is full for the first time. */
  private @Nullable Overflow overflow;

  OutboundBuffer(Codec<M> codec, SendPolicy policy, @Nullable MessageMarks<M> marks) {
    this.codec = codec;
    this.policy = policy;
    this.marks = marks;
  }

  /** {@return the limits of the queue, and what a full queue does} */
  final SendPolicy policy() {
    return policy;
  }

  /** {@return the codec's view of the session} */
  abstract CodecContext context();

  /** {@return the allocator of the chunks} */
  abstract ByteBufAllocator allocator();

  /** Appends a message unless the queue is full. */
  Offer offer(M message, @Nullable CompletableFuture<Void> ack) {
    lock();
    try {
      return offerLocked(message, ack);
    } finally {
      unlock();
    }
  }

  /**
   * Waits for room if necessary, and appends a message.
   *
   * @param timeoutNanos the maximum time to wait; 0 for no limit, {@link #NO_WAIT} for not waiting
   */
  Offer offer(M message, @Nullable CompletableFuture<Void> ack, long timeoutNanos)
      throws InterruptedException {
    lock();
    try {
      return awaitRoom(timeoutNanos) ? offerLocked(message, ack) : Offer.FULL;
    } finally {
      unlock();
    }
  }

  /** Appends all messages or none; waits for room like {@link #offer}. */
  Offer offerAll(List<M> messages, long timeoutNanos) throws InterruptedException {
    lock();
    try {
      return awaitRoom(timeoutNanos) ? offerAllLocked(messages) : Offer.FULL;
    } finally {
      unlock();
    }
  }

  /**
   * Appends an encoded message unless the queue is full.
   *
   * @param text whether it is text, or null for the default
   */
  Offer offerEncoded(ByteBuffer message, @Nullable Boolean text) {
    lock();
    try {
      return offerEncodedLocked(message, text);
    } finally {
      unlock();
    }
  }

  /** Like {@link #offerEncoded(ByteBuffer, Boolean)}, but waits for room. */
  Offer offerEncoded(ByteBuffer message, @Nullable Boolean text, long timeoutNanos)
      throws InterruptedException {
    lock();
    try {
      return awaitRoom(timeoutNanos) ? offerEncodedLocked(message, text) : Offer.FULL;
    } finally {
      unlock();
    }
  }

  private boolean awaitRoom(long timeoutNanos) throws InterruptedException {
    long left = timeoutNanos;
    while (full && !sealed) {
      if (timeoutNanos == NO_WAIT) {
        return false;
      }
      if (belowLow == null) {
        belowLow = newCondition();
      }
      if (timeoutNanos == 0) {
        belowLow.await();
      } else if (left <= 0) {
        return false;
      } else {
        left = belowLow.awaitNanos(left);
      }
    }
    return true;
  }

  private Offer offerLocked(M message, @Nullable CompletableFuture<Void> ack) {
    if (sealed || full) {
      return sealed ? Offer.SEALED : Offer.FULL;
    }
    ByteBuf chunk = beginChunk();
    int start = chunk.writerIndex();
    boolean encoded = false;
    try {
      encode(chunk, message);
      encoded = true;
    } finally {
      if (!encoded) {
        takeBack(chunk, start);
      }
    }
    return accepted(chunk.writerIndex() - start, 1, ack);
  }

  private Offer offerAllLocked(List<M> messages) {
    if (sealed || full) {
      return sealed ? Offer.SEALED : Offer.FULL;
    }
    ByteBuf chunk = beginChunk();
    int start = chunk.writerIndex();
    boolean encoded = false;
    int count = 0;
    try {
      for (M message : messages) {
        encode(chunk, message);
        count++;
        if (count > 1 && chunk.writerIndex() - start > policy.high()) {
          throw new QueueFullException(
              "batch of %,d messages is over %,d bytes, the size of the outbound queue (setting outboundQueue) of session %s; send it in parts"
                  .formatted(messages.size(), policy.high(), context()));
        }
      }
      encoded = true;
    } finally {
      if (!encoded) {
        takeBack(chunk, start);
      }
    }
    return accepted(chunk.writerIndex() - start, count, null);
  }

  private Offer offerEncodedLocked(ByteBuffer message, @Nullable Boolean text) {
    if (sealed || full) {
      return sealed ? Offer.SEALED : Offer.FULL;
    }
    if (message.remaining() > context().maxMessageSize()) {
      throw new MessageTooLargeException(
          message.remaining(), context().maxMessageSize(), "maxMessageSize");
    }
    int mark = marks == null ? 0 : marks.ofEncoded(message.remaining(), text);
    ByteBuf chunk = beginChunk();
    int start = chunk.writerIndex();
    if (marks != null) {
      chunk.writeInt(mark);
    }
    chunk.writeBytes(message);
    return accepted(chunk.writerIndex() - start, 1, null);
  }

  private void encode(ByteBuf chunk, M message) {
    int mark = chunk.writerIndex();
    if (marks != null) {
      chunk.writeInt(0); // filled in later
    }
    ByteBufWriter out = writer;
    if (out == null) {
      out = new ByteBufWriter();
      writer = out;
    }
    try {
      out.open(chunk, context().maxMessageSize());
      codec.encode(context(), message, out);
      if (marks != null) {
        chunk.setInt(mark, marks.of(message, out.size()));
      }
    } finally {
      out.close();
    }
  }

  private ByteBuf beginChunk() {
    if (writer != null && writer.isOpen()) {
      throw new IllegalStateException(
          "Codec.encode of session %s must not send".formatted(context()));
    }
    ByteBuf chunk = tail;
    if (chunk == null) {
      chunk = allocator().directBuffer(tailHint);
    } else if (chunk.readableBytes() >= CHUNK) {
      ByteBuf next = allocator().directBuffer(tailHint); // may fail: nothing has changed yet
      if (closedChunks == null) {
        closedChunks = new ArrayDeque<>();
      }
      closedChunks.add(chunk);
      chunk = next;
    }
    tail = chunk;
    return chunk;
  }

  private void takeBack(ByteBuf chunk, int start) {
    chunk.writerIndex(start);
    // While a flush is owed, the next take needs even an empty chunk: it may represent an empty
    // message, and take only looks at the chunks.
    if (start == 0 && !flushOwed) {
      chunk.release();
      dropTail();
    }
  }

  private void dropTail() {
    tail = null;
    writer = null;
  }

  private Offer accepted(int bytes, int messages, @Nullable CompletableFuture<Void> ack) {
    queuedBytes += bytes;
    acceptedMessages += messages;
    if (ack != null) {
      if (acks == null) {
        acks = new ArrayDeque<>();
      }
      acks.add(new Ack(writtenBytes + queuedBytes, ack));
    }
    if (queuedBytes >= policy.high()) {
      full = true;
      overflow().timesFull++;
    }
    if (flushOwed) {
      return queuedBytes > policy.low() ? Offer.ACCEPTED_BEHIND : Offer.ACCEPTED;
    }
    flushOwed = true;
    return Offer.ACCEPTED_FLUSH_OWED;
  }

  private Overflow overflow() {
    Overflow counters = overflow;
    if (counters == null) {
      counters = new Overflow();
      overflow = counters;
    }
    return counters;
  }

  /**
   * Takes queued bytes in order for the I/O thread, which writes and releases them. Takes at most
   * {@link #CHUNKS} chunks, so that the peer's progress is visible and room becomes available
   * before a long queue is completely written.
   *
   * @return the chunks, or null if nothing is queued; then the owed flush is done
   */
  ByteBuf @Nullable [] take() {
    lock();
    try {
      ByteBuf last = tail;
      if (last == null) {
        flushOwed = false;
        return null;
      }
      ArrayDeque<ByteBuf> closed = closedChunks;
      if (closed != null && closed.size() >= CHUNKS) {
        ByteBuf[] first = new ByteBuf[CHUNKS];
        for (int i = 0; i < CHUNKS; i++) {
          first[i] = closed.remove();
        }
        return first;
      }
      dropTail();
      tailHint = Math.clamp(last.readableBytes(), SMALLEST_CHUNK, CHUNK);
      if (closed == null) {
        return new ByteBuf[] {last};
      }
      closed.add(last);
      closedChunks = null;
      return closed.toArray(ByteBuf[]::new);
    } finally {
      unlock();
    }
  }

  /**
   * Called when the operating system has taken bytes.
   *
   * @return the due acknowledgements, which the caller completes outside the lock
   */
  List<CompletableFuture<Void>> written(long bytes) {
    lock();
    try {
      queuedBytes -= bytes;
      writtenBytes += bytes;
      if (full && queuedBytes <= policy.low()) {
        full = false;
        if (belowLow != null) {
          belowLow.signalAll();
        }
      }
      if (acks == null) {
        return List.of();
      }
      List<CompletableFuture<Void>> due = new ArrayList<>();
      while (!acks.isEmpty() && acks.element().position() <= writtenBytes) {
        due.add(acks.remove().done());
      }
      if (acks.isEmpty()) {
        acks = null;
      }
      return due;
    } finally {
      unlock();
    }
  }

  /**
   * Closes the queue for new messages; accepted messages are still written. Wakes waiting threads.
   */
  void seal() {
    lock();
    try {
      sealed = true;
      if (belowLow != null) {
        belowLow.signalAll();
      }
    } finally {
      unlock();
    }
  }

  /** Closes the queue and discards its content. Returns the pending acknowledgements. */
  List<CompletableFuture<Void>> discard() {
    lock();
    try {
      sealed = true;
      if (belowLow != null) {
        belowLow.signalAll();
      }
      if (tail != null) {
        tail.release();
        dropTail();
      }
      if (closedChunks != null) {
        closedChunks.forEach(ByteBuf::release);
        closedChunks = null;
      }
      if (acks == null) {
        return List.of();
      }
      List<CompletableFuture<Void>> all = acks.stream().map(Ack::done).toList();
      acks = null;
      return all;
    } finally {
      unlock();
    }
  }

  /** {@return whether the queue has become full since the last call} */
  boolean hasBecomeFull() {
    lock();
    try {
      Overflow counters = overflow;
      if (counters == null || counters.toldFull == counters.timesFull) {
        return false;
      }
      counters.toldFull = counters.timesFull;
      return true;
    } finally {
      unlock();
    }
  }

  /** Counts dropped messages. */
  void countDropped(int messages) {
    lock();
    try {
      overflow().droppedMessages += messages;
    } finally {
      unlock();
    }
  }

  /** A snapshot of the counters, see {@link #counters}. */
  record Counters(
      long queuedBytes,
      long writtenBytes,
      long acceptedMessages,
      long droppedMessages,
      long timesFull,
      boolean full) {}

  Counters counters() {
    lock();
    try {
      Overflow counters = overflow;
      return new Counters(
          queuedBytes,
          writtenBytes,
          acceptedMessages,
          counters == null ? 0 : counters.droppedMessages,
          counters == null ? 0 : counters.timesFull,
          full);
    } finally {
      unlock();
    }
  }

  /** Whether a codec is encoding on the current thread. */
  boolean isEncodingHere() {
    return isLockedHere();
  }
}
