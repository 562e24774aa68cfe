package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * Receives whole messages and the end of the connection from a framing, for an {@link Inbound}.
 * Used on the session's loop only.
 */
final class FramedInput<M> implements Framing.Receiver {

  private final Inbound<M> inbound;

  private long reads;

  /** The number of received bytes of a message that the framing hasn't passed yet. */
  private int incomplete;

  /** Whether the session was open when the read began. */
  private boolean counts;

  /** Whether a message has ended since then. */
  private boolean progressed;

  private long bytesBefore;
  private long messagesBefore;

  FramedInput(Inbound<M> inbound) {
    this.inbound = inbound;
  }

  /** {@return the number of reads} */
  long reads() {
    return reads;
  }

  /** {@return the number of received bytes of a message that the framing hasn't passed yet} */
  int incompleteBytes() {
    return incomplete;
  }

  @Override
  public boolean holdsBack() {
    return inbound.isPaused() && inbound.events.isConnected();
  }

  @Override
  public int maxMessageSize() {
    return inbound.events.maxMessageSize();
  }

  @Override
  public void beginRead() {
    reads++;
    counts = inbound.events.isConnected();
    progressed = false;
    if (counts) {
      bytesBefore = inbound.bytesIn();
      messagesBefore = inbound.messagesIn();
      inbound.beginRun();
      inbound.callbacks.beginRead();
    }
  }

  @Override
  public boolean message(ByteBuf content, boolean text) {
    if (!inbound.events.delivers()) {
      content.release();
      return true;
    }
    boolean whole = inbound.readsWholeMessages();
    int size = content.readableBytes();
    if (size == 0 && !whole) {
      content.release();
      return true;
    }
    inbound.count(size);
    progressed |= whole;
    try {
      inbound.callbacks.decoded(whole ? inbound.readWhole(content, text) : inbound.read(content));
      progressed |= inbound.hasProgressed();
      return size > 0 || inbound.hasProgressed();
    } catch (Throwable t) {
      inbound.undecodable(t);
      return true;
    }
  }

  @Override
  public void spoiled(Throwable cause) {
    if (inbound.events.delivers()) {
      inbound.callbacks.error(cause);
    }
  }

  @Override
  public void endOfRead(int bytes) {
    if (counts) {
      incomplete = bytes;
      inbound.events.progressed(progressed);
      inbound.callbacks.endOfRead(0);
      inbound.endRun();
      inbound.events.received(
          (int) (inbound.bytesIn() - bytesBefore), (int) (inbound.messagesIn() - messagesBefore));
    }
  }

  @Override
  public void violated(CloseReason why) {
    if (inbound.events.delivers()) {
      inbound.callbacks.error(Objects.requireNonNull(why.cause()));
      inbound.events.violated(why);
    }
  }

  @Override
  public void peerEnded(CloseReason why) {
    incomplete = 0;
    inbound.events.inputEnded(why);
  }
}
