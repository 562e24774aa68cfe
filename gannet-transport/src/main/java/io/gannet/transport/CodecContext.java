package io.gannet.transport;

/**
 * What a {@link Codec} may know of where its bytes come from or go to: mostly a {@link Session}, but there is
 * none for a message that is encoded for many ({@link Encoded#of}) or sent to an address ({@link
 * Server#sendTo}). Thread-safe.
 */
public interface CodecContext {

  /**
   * {@return how large a message may be at most, in bytes, framing included; it may change between two
   * messages}
   */
  int maxMessageSize();

  /** {@return what is known of the connection beyond its addresses} */
  ConnectionInfo connection();

  /**
   * Makes a context without a session, as tests of codecs need it.
   *
   * @param maxMessageSize how large a message may be at most, in bytes
   * @param connection what is known of the connection
   * @return the context
   * @throws IllegalArgumentException if {@code maxMessageSize} isn't positive
   */
  static CodecContext of(int maxMessageSize, ConnectionInfo connection) {
    return new PlainCodecContext(maxMessageSize, connection);
  }
}
