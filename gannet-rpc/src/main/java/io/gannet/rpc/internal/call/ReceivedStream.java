package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.stream.ReadableStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream that the other side sends. It may send as much as fits into a window; what has been read
 * makes room for as much again, which it is told when that is half of the window.
 *
 * <p>Items come on the I/O thread, and are bytes until they are read. The totals of both threads
 * are enough to know what may still come: each is written by one of them.
 */
abstract class ReceivedStream extends ReadableStream<Frame.StreamItem, Object> {

  /**
   * What an item takes beside its payload: it, its payload's objects, and its place in the queue.
   */
  private static final int ITEM_OVERHEAD = 128;

  /** An item of fewer bytes is not counted while the reader has it. */
  private static final int SMALL = 4096;

  private final RpcCode fault;
  private final Frame.Window window;
  private final Function<Payload, @Nullable Object> reader;

  // What has come; of the I/O thread.
  private long receivedItems;
  private long receivedBytes;

  // What has been read; of the reader.
  private long takenItems;
  private long takenBytes;

  /** How many bytes count for the item that was read last. */
  private final AtomicInteger inHand = new AtomicInteger();

  // For how much of that the other side has got room again; written by the reader.
  private volatile long grantedItems;
  private volatile long grantedBytes;

  /**
   * Creates a stream.
   *
   * @param window how much of it may wait here
   * @param fault what a mistake of the peer is called
   * @param reader makes values of what comes, on the reader's thread
   */
  ReceivedStream(Frame.Window window, RpcCode fault, Function<Payload, @Nullable Object> reader) {
    this.fault = fault;
    this.window = window;
    this.reader = reader;
  }

  /** Tells the other side that it has more room. May wait. */
  abstract void grant(long items, long bytes);

  /** The peer doesn't keep to the protocol, or sends too much: this must end, and take no more. */
  abstract void refuse(RpcException why);

  /**
   * Counts what waits to be read.
   *
   * @return null, or what there is too much of
   */
  @Nullable String hold(int bytes) {
    return null;
  }

  /** Counts what doesn't wait any more. */
  void release(int bytes) {}

  /** What an item costs that waits. */
  private static int cost(Frame.StreamItem item) {
    return item.size() + ITEM_OVERHEAD;
  }

  // ---------------------------------------------------------------- on the I/O thread

  /**
   * An item has come.
   *
   * @return whether it is of any use
   */
  final boolean receive(Frame.StreamItem item) {
    if (isOver()) {
      return false;
    }
    if (receivedItems - grantedItems >= window.items()
        || receivedBytes - grantedBytes >= window.bytes()) {
      refuse(
          new RpcException(
              fault,
              "the other side has sent more of a stream than the window of %,d items and %,d bytes that it has"
                  .formatted(window.items(), window.bytes())));
      return true;
    }
    String tooMuch = hold(cost(item));
    if (tooMuch != null) {
      refuse(new RpcException(RpcCode.RESOURCE_EXHAUSTED, tooMuch));
      return true;
    }
    receivedItems++;
    receivedBytes += item.size();
    add(item);
    return true;
  }

  /**
   * An item has come that can't be read.
   *
   * @return whether there is anybody who wants to know
   */
  final boolean receiveMalformed(String why) {
    if (isOver()) {
      return false;
    }
    refuse(new RpcException(fault, "an item of a stream is not well-formed: " + why));
    return true;
  }

  // ---------------------------------------------------------------- on the reader's thread

  @Override
  protected final Object taken(Frame.StreamItem item) {
    release(cost(item));
    takenItems++;
    takenBytes += item.size();
    if (!isOver()
        && (takenItems - grantedItems >= (window.items() + 1) / 2
            || takenBytes - grantedBytes >= (window.bytes() + 1) / 2)) {
      grant();
    }
    takeInHand(item.payload().size());
    Object value = reader.apply(item.payload());
    if (value == null) {
      throw new RpcException(fault, "an item of a stream is null");
    }
    return value;
  }

  /** From here on the reader has an item of that size, inflated, and not the one before. */
  private void takeInHand(int size) {
    letGo();
    if (size < SMALL) {
      return;
    }
    String tooMuch = hold(size);
    if (tooMuch != null) {
      throw new RpcException(RpcCode.RESOURCE_EXHAUSTED, tooMuch);
    }
    inHand.set(size);
    if (isClosed()) {
      letGo(); // who has ended the call may have looked before this
    }
  }

  /** The reader has no item any more. Called on any thread. */
  final void letGo() {
    if (inHand.get() != 0) {
      release(inHand.getAndSet(0));
    }
  }

  private void grant() {
    long items = takenItems - grantedItems;
    long bytes = takenBytes - grantedBytes;
    grantedItems = takenItems; // before it is told: the other side may use it at once
    grantedBytes = takenBytes;
    grant(items, bytes);
  }

  @Override
  protected final void dropped(Frame.StreamItem item) {
    release(cost(item));
  }
}
