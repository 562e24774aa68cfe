package io.gannet.rpc.internal.wire;

import io.gannet.rpc.RpcException;
import io.gannet.transport.WriteBuffer;

/** The arguments of a call, or its result. */
public interface Payload {

  /** How values are written. */
  enum Encoding {
    /** There is no value. */
    NONE(0),
    /** JSON in UTF-8. */
    JSON(1),
    /** One Protobuf message. */
    PROTOBUF(2);

    private static final Encoding[] BY_NUMBER = values();

    private final int number;

    Encoding(int number) {
      this.number = number;
    }

    /** {@return the number that stands for it on the wire} */
    public int number() {
      return number;
    }

    /** {@return whether a number stands for an encoding} */
    public static boolean isKnown(int number) {
      return number >= 0 && number < BY_NUMBER.length;
    }

    /** {@return the encoding that a number stands for} */
    public static Encoding of(int number) {
      return BY_NUMBER[number];
    }
  }

  /** {@return how the value is written} */
  Encoding encoding();

  /**
   * Writes the value.
   *
   * @param out where to
   */
  void writeTo(WriteBuffer out);

  /**
   * {@return the value as bytes, not to be changed}
   * @throws RpcException if it is compressed, and can't be read
   */
  byte[] bytes();

  /** {@return whether it is written compressed} */
  default boolean isCompressed() {
    return false;
  }

  /** {@return how many bytes {@link #bytes} has, as far as that is known; 0 if it isn't} */
  default int size() {
    return 0;
  }

  /** {@return how many bytes this takes here, as far as that is known; 0 if it isn't} */
  default int held() {
    return size();
  }

  /**
   * {@return the same as bytes, which are no more than they seem}
   * @throws RpcException if the value can't be written
   */
  default Payload written() {
    return new PlainPayload(encoding(), bytes());
  }
}
