package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stream that this side sends, within the peer's credit. One thread at a time sends; the I/O
 * thread receives credit.
 */
final class SentStream {

  private final RpcConnection connection;
  private final boolean ofResults;
  private final long deadline;

  // The total credit. Written by the I/O thread.
  private volatile long allowedItems;
  private volatile long allowedBytes;

  // The total that has been sent. Written by the sending thread.
  private volatile long sentItems;
  private volatile long sentBytes;

  /** Why nothing more can be sent, or null. */
  private volatile @Nullable RpcException end;

  /** The thread that waits for room. */
  private volatile @Nullable Thread sender;

  /**
   * Creates a stream.
   *
   * @param connection the connection
   * @param ofResults whether it is the result of an incoming call; otherwise it is an argument of
   *     an outgoing call
   * @param deadline the deadline of the call
   */
  SentStream(RpcConnection connection, boolean ofResults, long deadline) {
    this.connection = connection;
    this.ofResults = ofResults;
    this.deadline = deadline;
    Frame.Window window = connection.terms().window();
    if (window != null) {
      allowedItems = window.items();
      allowedBytes = window.bytes();
    }
  }

  /**
   * Sends an item, and waits for room.
   *
   * @param id the call
   * @param payload the item
   * @throws RpcException if it can't be sent
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes them
  void send(long id, Payload payload) {
    awaitRoom();
    int size = connection.sender().sendItem(id, ofResults, payload, deadline);
    sentItems++;
    sentBytes += size;
  }

  private boolean hasRoom() {
    return sentItems < allowedItems && sentBytes < allowedBytes;
  }

  private void awaitRoom() {
    throwIfEnded();
    if (hasRoom()) {
      return;
    }
    sender = Thread.currentThread();
    try {
      while (!hasRoom() && end == null) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          Thread.currentThread().interrupt();
          throwIfEnded(); // its reason is more specific
          throw new RpcException(
              RpcCode.CANCELLED, "interrupted while waiting for room in a stream");
        }
      }
    } finally {
      sender = null;
    }
    throwIfEnded();
  }

  private void throwIfEnded() {
    RpcException why = end;
    if (why != null) {
      throw why;
    }
  }

  /**
   * Adds credit. Called on the I/O thread.
   *
   * @return false if the total exceeds the possible range
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes them
  boolean credit(long items, long bytes) {
    if (allowedItems - sentItems + items > Frame.Window.MAX
        || allowedBytes - sentBytes + bytes > Frame.Window.MAX) {
      return false;
    }
    allowedItems += items;
    allowedBytes += bytes;
    wake();
    return true;
  }

  /**
   * Ends the stream. Called on any thread, any number of times.
   *
   * @param why the failure for later sends
   */
  void end(RpcException why) {
    if (end == null) {
      end = why;
    }
    wake();
  }

  /** {@return whether an item has been sent} */
  boolean hasSent() {
    return sentItems > 0;
  }

  /** {@return whether the stream has ended} */
  boolean hasEnded() {
    return end != null;
  }

  private void wake() {
    Thread thread = sender;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
