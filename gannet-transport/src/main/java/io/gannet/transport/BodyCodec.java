package io.gannet.transport;

/**
 * Turns the body of a frame into a message and back; what marks the frame's ends is somebody else's
 * job, such as {@link io.gannet.transport.codec.Codecs#lengthPrefixed}. Stateless and thread-safe.
 *
 * @param <M> the type of the messages
 */
public interface BodyCodec<M> {

  /**
   * Reads the message that fills a whole frame.
   *
   * @param body exactly the bytes of the frame's body; valid only during this call
   * @return the message
   * @throws DecodeException when the bytes are not a message; the framing decides whether the
   *     session survives it
   */
  M decode(ReadBuffer body);

  /**
   * Writes the body of a frame.
   *
   * @param message the message
   * @param out where to write it; valid only during this call
   * @throws EncodeException when the message can't be written
   */
  void encode(M message, WriteBuffer out);
}
