package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * A codec that tells the text messages of WebSocket from the binary ones. Other codecs read both alike,
 * and what they write is of the one kind that {@link WebSocketOptions#text()} chose.
 *
 * @param <M> the type of the messages
 */
public interface WebSocketCodec<M> extends Codec<M> {

  /**
   * Reads a message from a text message, as {@link #decode} does from a binary one.
   *
   * @param context as for {@link #decode}
   * @param in the bytes not yet read of the text message, in UTF-8 that has been checked
   * @return the message, or null when more bytes are needed
   */
  default @Nullable M decodeText(CodecContext context, ReadBuffer in) {
    return decode(context, in);
  }

  /**
   * Tells how a message is to be sent. Called after {@link #encode}, under the same conditions.
   *
   * @param message the message
   * @return whether as text, in which case what {@link #encode} wrote must be UTF-8
   */
  boolean isText(M message);
}
