package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a connection: a stream of bytes ({@link StreamFraming}), or, on transports that
 * preserve message boundaries, the framing of a layer, which sets it in the
 * {@link ConnectionContext}. Not the framing inside a codec, such as a length
 * prefix. Used on the connection's loop only.
 */
public interface Framing {

  /** The session, as seen by its framing. Used on the loop only. */
  interface Receiver {

    /** {@return whether the framing must hold back received data, until {@link Framing#resume}} */
    boolean holdsBack();

    /** {@return the limit on the size of a message in bytes} */
    int maxMessageSize();

    /**
     * Called when bytes have arrived, which may contain messages. Messages that are sent from here
     * to {@link #endOfRead} are written together then.
     */
    void beginRead();

    /**
     * Called when a message has arrived.
     *
     * @param content its bytes; the receiver releases them
     * @param text whether it is text
     * @return false if it was empty and the codec has decoded no message from it
     */
    boolean message(ByteBuf content, boolean text);

    /**
     * Called when all messages of one read have been passed.
     *
     * @param incomplete the number of bytes of an incomplete message
     */
    void endOfRead(int incomplete);

    /**
     * Called when a message has arrived that can't be received. The session continues.
     *
     * @param cause the error for the listener
     */
    void spoiled(Throwable cause);

    /**
     * Called when the peer has violated the protocol or a limit.
     *
     * @param why the close reason; its cause is passed to the listener
     */
    void violated(CloseReason why);

    /**
     * Called when the peer has ended its stream.
     *
     * @param why the close reason, unless the session already has one
     */
    void peerEnded(CloseReason why);
  }

  /** {@return the framing of a session, or null if it isn't one of this framework} */
  static @Nullable Framing of(Session<?> session) {
    return session instanceof SessionStatus<?> ours ? ours.framing() : null;
  }

  /** {@return whether the bytes are sent unchanged, without frames} */
  default boolean isPlain() {
    return false;
  }

  /** {@return the close reason when the peer has ended its stream} */
  default CloseReason endOfInput() {
    return new CloseReason(
        CloseReason.Kind.CONNECTION_LOST, "the connection was closed without a close frame");
  }

  /** {@return whether messages are sent as text, unless the codec decides} */
  boolean sendsText();

  /**
   * {@return whether the codec reads all messages as one stream, so that a message may end in the
   * middle of one of the codec's messages}
   */
  default boolean isStream() {
    return false;
  }

  /** {@return the minimum size of a message in bytes} */
  default int smallestMessage() {
    return 0;
  }

  /** {@return the maximum size of a message in bytes, regardless of settings} */
  default int largestMessage() {
    return Integer.MAX_VALUE;
  }

  /** {@return whether the session continues after a message that the codec can't decode} */
  default boolean outlivesBadMessages() {
    return false;
  }

  /** {@return the number of messages that were received and dropped} */
  default long messagesLost() {
    return 0;
  }

  /** Called when the peer has proved that it receives data at its address. */
  default void confirmPeer() {}

  /**
   * Sets the session. Nothing is received before {@link #resume}.
   *
   * @param receiver the session
   */
  void attach(Receiver receiver);

  /** Receives the data that was held back, and continues. */
  void resume();

  /**
   * Writes messages and flushes.
   *
   * @param chunks the messages, each after its mark; released by this method
   * @param promise completes when the operating system has taken all bytes
   */
  void write(ByteBuf[] chunks, ChannelPromise promise);

  /**
   * Called when the session has ended, after the last {@link #write}.
   *
   * @param unwritten the accepted messages that will not be written; released by this method
   */
  default void discard(List<ByteBuf> unwritten) {
    unwritten.forEach(ByteBuf::release);
  }

  /** {@return the number of written bytes that are marks and not part of messages} */
  long marksWritten();

  /**
   * Inserts a handler that sees the bytes of the frames.
   *
   * @param handler the handler
   */
  void tap(ChannelHandler handler);

  /**
   * {@return whether an answer of the framing itself is being written and the peer hasn't taken it
   * yet}
   */
  default boolean isAnswering() {
    return false;
  }

  /**
   * {@return the number of written bytes that the framing holds because the peer hasn't allowed
   * them yet}
   */
  default long waitingBytes() {
    return 0;
  }

  /**
   * {@return whether the socket is read even while the session is paused} Such a framing needs what
   * the peer says about flow control in order to write, and itself limits what the peer may send.
   */
  default boolean readsWhilePaused() {
    return false;
  }

  /**
   * Called with each sweep of an open session's timers. A framing that receives parts of several
   * messages at a time limits the time of each.
   *
   * @param now the time of the endpoint in nanoseconds
   * @param incompleteMessageTimeout the longest time of a message in nanoseconds; 0 for no limit
   */
  default void sweep(long now, long incompleteMessageTimeout) {}

  /** Sends a heartbeat to the peer. */
  default void ping() {}

  /**
   * Called when the session ends at once. The framing may notify the peer if that takes no time.
   *
   * @param why the reason
   */
  default void cut(CloseReason why) {}

  /**
   * Adds the close code for the peer to a reason.
   *
   * @param why the reason of this side
   * @return the reason with a close code
   */
  default CloseReason withCode(CloseReason why) {
    return why;
  }
}
