package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.WebSocketCodec;
import org.jspecify.annotations.Nullable;

/**
 * Creates the mark of four bytes before each message in an {@link OutboundBuffer}, for transports
 * that send each message separately. A mark contains the length of the message, and whether it is
 * text.
 */
public final class MessageMarks<M> {

  /** The size of a mark in bytes. */
  public static final int SIZE = Integer.BYTES;

  private static final int TEXT = 1 << 31;

  private final int usual;
  private final int smallest;
  private final boolean isStream;
  private final @Nullable WebSocketCodec<M> chooser;

  /**
   * Creates the marks of one session.
   *
   * @param codec chooses text or binary for each message, if it supports that
   * @param framing sends the messages; chooses text or binary for other codecs
   */
  MessageMarks(Codec<M> codec, Framing framing) {
    this.smallest = framing.smallestMessage();
    this.usual = framing.sendsText() ? TEXT : 0;
    this.isStream = framing.isStream();
    this.chooser = !isStream && codec instanceof WebSocketCodec<M> knows ? knows : null;
  }

  int of(M message, int length) {
    check(length);
    return chooser == null ? length | usual : length | (chooser.isText(message) ? TEXT : 0);
  }

  /**
   * Creates the mark of an encoded message.
   *
   * @param text whether its codec has chosen text, or null if it doesn't choose
   */
  int ofEncoded(int length, @Nullable Boolean text) {
    check(length);
    return text == null || isStream ? length | usual : length | (text ? TEXT : 0);
  }

  private void check(int length) {
    if (length < smallest) {
      throw new EncodeException("an empty message can't be sent on this transport");
    }
  }

  /**
   * {@return the length of a message}
   *
   * @param mark its mark
   */
  public static int length(int mark) {
    return mark & ~TEXT;
  }

  /**
   * {@return whether a message is text}
   *
   * @param mark its mark
   */
  public static boolean isText(int mark) {
    return mark < 0;
  }
}
