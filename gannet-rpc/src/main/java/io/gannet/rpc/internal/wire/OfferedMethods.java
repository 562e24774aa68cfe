package io.gannet.rpc.internal.wire;

import org.jspecify.annotations.Nullable;

/** What a protocol has to know about the methods that this side offers. Thread-safe. */
@FunctionalInterface
public interface OfferedMethods {

  /**
   * A method.
   *
   * @param encoding the encoding of its values
   * @param streams which streams its calls have
   * @param parameters the number of its parameters that are sent, without a stream
   * @param returns whether it has a result, which may be a stream
   * @param idempotent whether a call may be repeated
   * @param mapsJson whether its Protobuf messages can be JSON
   */
  record Method(
      Payload.Encoding encoding,
      Frame.Streams streams,
      int parameters,
      boolean returns,
      boolean idempotent,
      boolean mapsJson) {

    /** {@return whether its calls have no values, so that their encoding doesn't matter} */
    public boolean isBare() {
      return streams == Frame.Streams.NONE && parameters == 0 && !returns;
    }
  }

  /**
   * Finds a method.
   *
   * @param path service and method
   * @param encoding the encoding that the caller uses
   * @return the method, or one for another encoding if there is none for this one; null if there is
   *     no such method
   */
  @Nullable Method find(String path, Payload.Encoding encoding);
}
