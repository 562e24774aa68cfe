package io.gannet.transport;

import java.nio.ByteBuffer;

/**
 * A message that has been encoded once, to be sent on any number of sessions, of one endpoint or of several:
 * {@link Session#sendEncoded(Encoded)}, {@link Endpoint#broadcastEncoded(Encoded)}. Immutable; holds its bytes
 * on the heap, so that there is nothing to release.
 *
 * <p>All those sessions must have the codec that encoded it, or one that reads the same bytes. A codec with
 * state, or one that looks at its context, may encode a message for each session in another way; then it can't
 * be shared.
 *
 * @param <M> the type of the message
 */
public interface Encoded<M> {

  /**
   * Encodes a message. The codec is given a context without a limit on the size, which is released at the
   * end ({@link Codec#release}).
   *
   * @param codec the codec
   * @param message the message
   * @param <M> the type of the message
   * @return its bytes
   * @throws EncodeException or whatever else the codec throws
   */
  static <M> Encoded<M> of(Codec<M> codec, M message) {
    return TransportProvider.load().encode(codec, message);
  }

  /** {@return the number of bytes, framing included} */
  int size();

  /** {@return the bytes, framing included; read-only, with a position of its own} */
  ByteBuffer bytes();
}
