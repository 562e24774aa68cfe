package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a connection into messages and back.
 *
 * <p>One codec may serve all sessions of an endpoint, and must then keep no state of a connection;
 * a codec that does keep some is given as a supplier and made once for each session ({@link
 * ServerBuilder.NeedsCodec#codecPerSession}).
 *
 * <p><b>Threads.</b> {@link #decode} runs on the session's I/O thread, {@link #encode} on the
 * thread that sends, at most one at a time for one session. The two may run at the same time as
 * each other. Neither may block.
 *
 * @param <M> the type of the messages
 */
public interface Codec<M> {

  /**
   * Reads one message.
   *
   * <p>Called again and again while it makes progress. The message counts as incomplete, and what
   * was not read is offered again together with the bytes that follow, when this returns null. A
   * codec may consume bytes and still return null (it skipped something, or keeps what it read). It
   * may return a message without consuming a byte only if none is left: one that it made of bytes
   * which it consumed earlier. The same holds for a {@link SkippedMessageException}.
   *
   * @param context the session that received the bytes, as far as a codec may know it
   * @param in the bytes not yet read; owned by the framework and valid only during this call
   * @return the message, or null when more bytes are needed
   * @throws DecodeException when the bytes are not a message: the session closes with {@link
   *     CloseReason.Kind#DECODE_FAILED}
   * @throws SkippedMessageException when the bytes are not a message, but have been read past: the
   *     session goes on behind them
   * @throws MessageTooLargeException when the message is going to be larger than {@link
   *     CodecContext#maxMessageSize()}; a codec that knows the length in advance throws it before the
   *     bytes have been received
   */
  @Nullable M decode(CodecContext context, ReadBuffer in);

  /**
   * Writes one message.
   *
   * <p>When this throws, what it has written is taken back, and the exception reaches the caller of
   * {@code send}. Called with the session's outbound buffer locked: it must not send.
   *
   * @param context the session that sends, or what stands for one ({@link Encoded#of}, {@link
   *     Server#sendTo})
   * @param message the message
   * @param out where to write it; owned by the framework and valid only during this call
   * @throws EncodeException when the message can't be written
   */
  void encode(CodecContext context, M message, WriteBuffer out);

  /**
   * The number of bytes that this codec has consumed and keeps inside. Only a codec with state has any;
   * they count towards the limits on size and time of an incomplete message.
   *
   * <p>At least 1 as long as {@link #decode} would return a message, or throw, without more bytes: when
   * all bytes have been consumed it is called again only then.
   *
   * @return the number of bytes, zero by default
   */
  default int bufferedBytes() {
    return 0;
  }

  /**
   * Releases what the codec holds for a context. Called once for each that used the codec, for a
   * session on its I/O thread after it has closed, for another context on the thread that encoded:
   * neither {@link #decode} nor {@link #encode} runs at the same time or later for that context. Only
   * a codec that holds more than heap memory needs it.
   *
   * @param context the one that was given to the other methods
   */
  default void release(CodecContext context) {}
}
