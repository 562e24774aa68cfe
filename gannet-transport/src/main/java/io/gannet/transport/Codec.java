package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Converts between the bytes of a connection and messages.
 *
 * <p>One codec may serve all sessions of an endpoint, and must then keep no state of a connection.
 * A codec with state is set as a supplier, which creates one for each session
 * ({@link ServerBuilder.NeedsCodec#codecPerSession}).
 *
 * <p><b>Threads.</b> {@link #decode} runs on the session's I/O thread. {@link #encode} runs on the
 * sending thread, one call at a time for each session. Both may run at the same time. Neither may
 * block.
 *
 * @param <M> the type of the messages
 */
public interface Codec<M> {

  /**
   * Reads one message.
   *
   * <p>Called repeatedly while it makes progress. If it returns null, the message is incomplete:
   * the unread bytes are offered again together with the bytes that follow. A codec may consume
   * bytes and still return null, because it skipped or buffered them. It may return a message
   * without consuming a byte only if none is left, from bytes that it buffered earlier. The same
   * applies to a {@link SkippedMessageException}.
   *
   * @param context the session that received the bytes, as far as a codec may see it
   * @param in the unread bytes; owned by the framework and valid only during this call
   * @return the message, or null if more bytes are needed
   * @throws DecodeException if the bytes are not a valid message; the session closes with
   *     {@link CloseReason.Kind#DECODE_FAILED}
   * @throws SkippedMessageException if the bytes are not a valid message but have been consumed;
   *     the session continues after them
   * @throws MessageTooLargeException if the message will exceed
   *     {@link CodecContext#maxMessageSize()}; a codec that knows the length in advance throws it
   *     before the bytes have arrived
   */
  @Nullable M decode(CodecContext context, ReadBuffer in);

  /**
   * Writes one message.
   *
   * <p>If this throws, the written bytes are discarded, and the caller of {@code send} receives the
   * exception. The session's outbound buffer is locked during the call, so the codec must not send.
   *
   * @param context the session that sends, or its replacement ({@link Encoded#of},
   *     {@link Server#sendTo})
   * @param message the message
   * @param out the buffer to write to; owned by the framework and valid only during this call
   * @throws EncodeException if the message can't be written
   */
  void encode(CodecContext context, M message, WriteBuffer out);

  /**
   * Returns the number of bytes that this codec has consumed and buffered. Only a codec with state
   * has any. They count towards the size and time limits of an incomplete message.
   *
   * <p>Must be at least 1 while {@link #decode} would return a message, or throw, without more
   * bytes. After all bytes have been consumed, it is called again only then.
   *
   * @return the number of bytes, zero by default
   */
  default int bufferedBytes() {
    return 0;
  }

  /**
   * Releases the codec's resources for a context. Called once for each context that used the codec:
   * for a session on its I/O thread after it has closed, for another context on the thread that
   * encoded. Neither {@link #decode} nor {@link #encode} runs for that context at the same time or
   * later. Only a codec that holds more than heap memory needs to override it.
   *
   * @param context the context that was passed to the other methods
   */
  default void release(CodecContext context) {}
}
