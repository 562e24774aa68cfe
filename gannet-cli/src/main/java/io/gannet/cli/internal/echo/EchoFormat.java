package io.gannet.cli.internal.echo;

import io.gannet.transport.Codec;
import io.gannet.transport.MessageHandler;
import org.jspecify.annotations.Nullable;

/**
 * What the echo server and client need to know of a protocol.
 *
 * @param <M> the type of its messages
 */
interface EchoFormat<M> {

  /** {@return the codec, without state} */
  Codec<M> codec();

  /** {@return what the server does with a message} */
  MessageHandler<M> server();

  /** {@return a page that speaks this protocol, for browsers; null if there is none} */
  default @Nullable String page() {
    return null;
  }

  /** {@return how large a payload may be} */
  int maxSize();

  /**
   * Makes a request.
   *
   * @param number how many requests of this run are before it
   * @param payload the payload, which nobody changes afterwards
   */
  M request(long number, byte[] payload);

  /**
   * {@return whether a reply says that it is this request's} Where replies don't say so they come in the order
   * of the requests.
   */
  default boolean isFor(M request, M reply) {
    return true;
  }

  /** {@return whether a reply is what a request must bring, byte for byte} */
  boolean answers(M request, M reply);
}
