package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.WebSocketCodec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the four bytes that stand before each message in an {@link OutboundBuffer} whose transport
 * sends each message by itself: its length, and whether it is text.
 */
public final class MessageMarks<M> {

  /** How many bytes a mark has. */
  public static final int SIZE = Integer.BYTES;

  private static final int TEXT = 1 << 31;

  private final int usual;
  private final int smallest;
  private final boolean isStream;
  private final @Nullable WebSocketCodec<M> chooser;

  /**
   * Creates it for one session.
   *
   * @param codec decides for each message, if it knows how to
   * @param framing sends them; decides for those of other codecs
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
   * Makes the mark of a message that went past the codec.
   *
   * @param text whether its codec has decided for text, or null if it doesn't
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
