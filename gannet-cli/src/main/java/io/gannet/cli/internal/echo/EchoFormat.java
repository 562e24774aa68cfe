package io.gannet.cli.internal.echo;

import io.gannet.transport.Codec;
import io.gannet.transport.MessageHandler;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a protocol that the echo server and client need.
 *
 * @param <M> the type of its messages
 */
interface EchoFormat<M> {

  /** {@return the codec, which is stateless} */
  Codec<M> codec();

  /** {@return the server's handler of a message} */
  MessageHandler<M> server();

  /** {@return a page that speaks this protocol, for browsers; null if there is none} */
  default @Nullable String page() {
    return null;
  }

  /** {@return the largest payload in bytes} */
  int maxSize();

  /**
   * Creates a request.
   *
   * @param number the number of earlier requests in this run
   * @param payload the payload, which must not be changed afterwards
   */
  M request(long number, byte[] payload);

  /**
   * {@return whether a reply names this request} Protocols whose replies don't name a request reply
   * in the order of the requests.
   */
  default boolean isFor(M request, M reply) {
    return true;
  }

  /** {@return whether a reply is exactly the expected answer to a request} */
  boolean answers(M request, M reply);
}
