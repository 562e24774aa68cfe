package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;

/**
 * How what is sent and received lies on a connection: as a stream of bytes ({@link StreamFraming}), or, where
 * the transport keeps messages apart, as a layer does it, which gives its own to the {@link ConnectionContext}. Used on the
 * connection's loop only.
 */
public interface Framing {

  /** What a framing tells the session of its connection. Used on the loop only. */
  interface Receiver {

    /** {@return whether to hold back what has come; {@link Framing#resume} ends that} */
    boolean holdsBack();

    /** {@return the limit on the size of a message in bytes} */
    int maxMessageSize();

    /**
     * Bytes have arrived, which may bring messages. What is sent from here to {@link #endOfRead} leaves
     * at once then.
     */
    void beginRead();

    /**
     * A message has arrived.
     *
     * @param content its bytes; released by the receiver
     * @param text whether it is text
     * @return false if it was empty and the codec has made nothing of it
     */
    boolean message(ByteBuf content, boolean text);

    /**
     * The messages of one read have all been given.
     *
     * @param incomplete how many bytes of a message have come that isn't whole yet
     */
    void endOfRead(int incomplete);

    /**
     * A message has come that can't be received. The session goes on.
     *
     * @param cause given to the listener
     */
    void spoiled(Throwable cause);

    /**
     * The peer doesn't keep to the protocol, or to the limits.
     *
     * @param why what the session is to end with; its cause is given to the listener
     */
    void violated(CloseReason why);

    /**
     * The peer sends no more.
     *
     * @param why what the session ends with, unless it has another reason already
     */
    void peerEnded(CloseReason why);
  }

  /** {@return whether bytes pass as they are, without anything around them} */
  default boolean isPlain() {
    return false;
  }

  /** {@return what a session ends with when the peer sends no more} */
  default CloseReason endOfInput() {
    return new CloseReason(
        CloseReason.Kind.CONNECTION_LOST, "the connection was closed without a close frame");
  }

  /** {@return whether messages are sent as text, unless the codec decides} */
  boolean sendsText();

  /**
   * {@return whether the bytes of all messages are one stream for the codec, so that one may end in the
   * middle of the codec's}
   */
  default boolean isStream() {
    return false;
  }

  /** {@return how many bytes a message must have at least} */
  default int smallestMessage() {
    return 0;
  }

  /** {@return how many bytes a message can have at most, whatever limit is set} */
  default int largestMessage() {
    return Integer.MAX_VALUE;
  }

  /** {@return whether the session goes on after a message that the codec can't decode} */
  default boolean outlivesBadMessages() {
    return false;
  }

  /** {@return how many messages have come and were thrown away} */
  default long messagesLost() {
    return 0;
  }

  /** The peer has shown that it receives what is sent to its address. */
  default void confirmPeer() {}

  /**
   * There is a session. Nothing is received before {@link #resume}.
   *
   * @param receiver the session
   */
  void attach(Receiver receiver);

  /** Receives what was held back, and goes on. */
  void resume();

  /**
   * Writes messages and flushes.
   *
   * @param chunks the messages, each behind its mark; released here
   * @param promise completes when the operating system has taken all
   */
  void write(ByteBuf[] chunks, ChannelPromise promise);

  /** {@return how many bytes of marks have been written, which are nobody's messages} */
  long marksWritten();

  /**
   * Puts a handler where the bytes of the frames pass.
   *
   * @param handler sees them
   */
  void tap(ChannelHandler handler);

  /** {@return whether an answer of its own is being written that the peer has not taken yet} */
  default boolean isAnswering() {
    return false;
  }

  /** Asks the peer for a sign of life. */
  default void ping() {}

  /**
   * The session ends at once; the peer may be told if that takes no time.
   *
   * @param why the reason
   */
  default void cut(CloseReason why) {}

  /**
   * Adds to a reason what the peer is going to be told.
   *
   * @param why the reason of this side
   * @return the reason with a close code
   */
  default CloseReason withCode(CloseReason why) {
    return why;
  }
}
