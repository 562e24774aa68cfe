package io.gannet.transport;

/**
 * Turns the body of a frame into a message and back; what marks the frame's ends is somebody else's
 * job, such as {@link io.gannet.transport.codec.Codecs#lengthPrefixed}. Stateless and thread-safe.
 *
 * @param <M> the type of the messages
 */
public interface BodyCodec<M> {

  /**
   * Reads the message that fills a whole frame. Bytes that this leaves unread are skipped, so that a
   * newer peer may append to a message what an older one doesn't know; a codec that wants none throws.
   *
   * @param body exactly the bytes of the frame's body; valid only during this call
   * @return the message
   * @throws SkippedMessageException when the bytes are not a message, and the session shall go on
   *     behind the frame
   * @throws DecodeException when the bytes are not a message, and the session shall close
   */
  M decode(ReadBuffer body);

  /**
   * Writes the body of a frame. The buffer may already hold the frame's header: the body starts at
   * the {@link WriteBuffer#size()} that this finds.
   *
   * @param message the message
   * @param out where to write it; valid only during this call
   * @throws EncodeException when the message can't be written
   */
  void encode(M message, WriteBuffer out);
}
