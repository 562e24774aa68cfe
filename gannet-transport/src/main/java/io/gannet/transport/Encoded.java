package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.nio.ByteBuffer;

/**
 * A message that is encoded once and can be sent on any number of sessions, of one or several
 * endpoints: {@link Session#sendEncoded(Encoded)}, {@link Endpoint#broadcastEncoded(Encoded)}.
 * Immutable. Its bytes are on the heap, so it needs no release.
 *
 * <p>All those sessions must have the codec that encoded it, or one that reads the same bytes. A
 * message can't be shared if its codec has state, or uses its context so that sessions would get
 * different bytes.
 *
 * @param <M> the type of the message
 */
public interface Encoded<M> {

  /**
   * Encodes a message. The codec receives a context without a size limit, which is released at the
   * end ({@link Codec#release}).
   *
   * @param codec the codec
   * @param message the message
   * @param <M> the type of the message
   * @return the encoded message
   * @throws EncodeException or any other exception that the codec throws
   */
  static <M> Encoded<M> of(Codec<M> codec, M message) {
    return TransportProvider.load().encode(codec, message);
  }

  /** {@return the number of bytes, framing included} */
  int size();

  /** {@return the bytes, framing included, as a read-only buffer with its own position} */
  ByteBuffer bytes();
}
