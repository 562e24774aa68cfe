package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stream that this side sends: as much as the other side has room for. One thread at a time
 * sends; the I/O thread learns of more room.
 */
final class SentStream {

  private final RpcConnection connection;
  private final boolean ofResults;
  private final long deadline;

  // How much may be sent in all; written by the I/O thread.
  private volatile long allowedItems;
  private volatile long allowedBytes;

  // How much has been sent; written by the thread that sends.
  private volatile long sentItems;
  private volatile long sentBytes;

  /** Why nothing can be sent any more, or null. */
  private volatile @Nullable RpcException end;

  /** Who waits for room. */
  private volatile @Nullable Thread sender;

  /**
   * Creates a stream.
   *
   * @param connection where it is sent
   * @param ofResults whether it is the result of a call of the peer, or else an argument of this
   *     side's
   * @param deadline until when the call may take
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
  @SuppressWarnings("NonAtomicVolatileUpdate") // no other thread writes these
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
          throwIfEnded(); // which says more
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
   * There is more room. Called on the I/O thread.
   *
   * @return false if there is more than there can be
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // no other thread writes these
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
   * Sends nothing more. Called on any thread, any number of times.
   *
   * @param why what who wants to send is told
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

  /** {@return whether nothing can be sent any more} */
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
