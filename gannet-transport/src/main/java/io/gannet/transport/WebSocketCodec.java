package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A codec that distinguishes text and binary messages of WebSocket. Other codecs read both kinds
 * alike, and send the kind that {@link WebSocketOptions#text()} selects.
 *
 * @param <M> the type of the messages
 */
public interface WebSocketCodec<M> extends Codec<M> {

  /**
   * Reads a message from a text message, as {@link #decode} does from a binary message.
   *
   * @param context as for {@link #decode}
   * @param in the unread bytes of the text message, whose UTF-8 encoding has been checked
   * @return the message, or null if more bytes are needed
   */
  default @Nullable M decodeText(CodecContext context, ReadBuffer in) {
    return decode(context, in);
  }

  /**
   * Selects how a message is sent. Called after {@link #encode}, under the same conditions.
   *
   * @param message the message
   * @return whether it is sent as text, in which case {@link #encode} must have written UTF-8
   */
  boolean isText(M message);
}
