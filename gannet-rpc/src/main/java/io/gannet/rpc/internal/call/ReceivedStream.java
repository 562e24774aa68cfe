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
 * A stream that the peer sends. The peer may send as much as the window allows. Items that have
 * been read free room in the window, and the peer is told when half of the window is free.
 *
 * <p>Items arrive on the I/O thread, and remain bytes until they are read. The totals of both
 * threads are sufficient to compute what may still arrive; each total is written by one of the
 * threads.
 */
abstract class ReceivedStream extends ReadableStream<Frame.StreamItem, Object> {

  /**
   * The memory of an item in addition to its payload: its object, its payload's objects, and its
   * place in the queue.
   */
  private static final int ITEM_OVERHEAD = 128;

  /** An item with fewer bytes is not counted while the reader has it. */
  private static final int SMALL = 4096;

  private final RpcCode fault;
  private final Frame.Window window;
  private final Function<Payload, @Nullable Object> reader;

  // What has arrived. Used by the I/O thread only.
  private long receivedItems;
  private long receivedBytes;

  // What has been read. Used by the reader only.
  private long takenItems;
  private long takenBytes;

  /** The counted bytes of the item that was read last. */
  private final AtomicInteger inHand = new AtomicInteger();

  // What the peer has received credit for. Written by the reader.
  private volatile long grantedItems;
  private volatile long grantedBytes;

  /**
   * Creates a stream.
   *
   * @param window the window
   * @param fault the code for errors of the peer
   * @param reader decodes the items, on the reader's thread
   */
  ReceivedStream(Frame.Window window, RpcCode fault, Function<Payload, @Nullable Object> reader) {
    this.fault = fault;
    this.window = window;
    this.reader = reader;
  }

  /** Grants the peer more credit. May wait. */
  abstract void grant(long items, long bytes);

  /**
   * Called when the peer violates the protocol or a limit: the stream must end and accept no more
   * items.
   */
  abstract void refuse(RpcException why);

  /**
   * Counts bytes that wait to be read.
   *
   * @return null, or the exceeded limit
   */
  @Nullable String hold(int bytes) {
    return null;
  }

  /** Releases counted bytes. */
  void release(int bytes) {}

  /** Returns the memory of a waiting item. */
  private static int cost(Frame.StreamItem item) {
    return item.size() + ITEM_OVERHEAD;
  }

  // ---------------------------------------------------------------- on the I/O thread

  /**
   * Receives an item.
   *
   * @return whether it was used
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
   * Called when an item can't be read.
   *
   * @return whether the item was wanted
   */
  final boolean receiveMalformed(Frame.Malformed item) {
    if (isOver()) {
      return false;
    }
    refuse(
        item.code() == RpcCode.RESOURCE_EXHAUSTED
            ? new RpcException(item.code(), item.text())
            : new RpcException(fault, "an item of a stream is not well-formed: " + item.text()));
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

  /** From here on the reader has an item of that inflated size, and no longer the previous one. */
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
      letGo(); // the call may have ended before this
    }
  }

  /** Called on any thread when the reader no longer has an item. */
  final void letGo() {
    if (inHand.get() != 0) {
      release(inHand.getAndSet(0));
    }
  }

  private void grant() {
    long items = takenItems - grantedItems;
    long bytes = takenBytes - grantedBytes;
    grantedItems = takenItems; // first: the peer may use the credit at once
    grantedBytes = takenBytes;
    grant(items, bytes);
  }

  @Override
  protected final void dropped(Frame.StreamItem item) {
    release(cost(item));
  }
}
