package io.gannet.transport;

/**
 * Converts between the body of a frame and a message. Framing is a separate task, for example of
 * {@link io.gannet.transport.codec.Codecs#lengthPrefixed}. Implementations must be stateless and
 * thread-safe.
 *
 * @param <M> the type of the messages
 */
public interface BodyCodec<M> {

  /**
   * Reads the message that fills a whole frame. Bytes that this method leaves unread are skipped,
   * so that a newer peer may append fields that an older one doesn't know. A codec that doesn't
   * allow them throws an exception.
   *
   * @param body exactly the bytes of the frame's body; valid only during this call
   * @return the message
   * @throws SkippedMessageException if the bytes are not a valid message and the session continues
   *     after this frame
   * @throws DecodeException if the bytes are not a valid message and the session must close
   */
  M decode(ReadBuffer body);

  /**
   * Writes the body of a frame. The buffer may already contain the frame's header: the body starts
   * at the {@link WriteBuffer#size()} at the time of the call.
   *
   * @param message the message
   * @param out the buffer to write to; valid only during this call
   * @throws EncodeException if the message can't be written
   */
  void encode(M message, WriteBuffer out);
}
