package io.gannet.transport;

/**
 * The information for a {@link Codec} about the source or destination of its bytes. Usually this is
 * a {@link Session}. There is no session for a message that is encoded for many
 * ({@link Encoded#of}) or sent to an address ({@link Server#sendTo}). Thread-safe.
 */
public interface CodecContext {

  /**
   * {@return the maximum size of a message in bytes, framing included; may change between two
   * messages}
   */
  int maxMessageSize();

  /** {@return the properties of the connection beyond its addresses} */
  ConnectionInfo connection();

  /**
   * Creates a context without a session, for tests of codecs.
   *
   * @param maxMessageSize the maximum size of a message in bytes
   * @param connection the properties of the connection
   * @return the context
   * @throws IllegalArgumentException if {@code maxMessageSize} isn't positive
   */
  static CodecContext of(int maxMessageSize, ConnectionInfo connection) {
    return new PlainCodecContext(maxMessageSize, connection);
  }
}
