package io.gannet.rpc.internal.wire;

import io.gannet.rpc.RpcException;
import io.gannet.transport.WriteBuffer;

/** The arguments of a call, or its result. */
public interface Payload {

  /** The encoding of a value. */
  enum Encoding {
    /** No value. */
    NONE(0),
    /** JSON in UTF-8. */
    JSON(1),
    /** One Protobuf message. */
    PROTOBUF(2),
    /** One Protobuf message as JSON, which isn't an encoding of Gannet's own protocol. */
    PROTOBUF_JSON(3);

    private static final Encoding[] BY_NUMBER = values();

    private final int number;

    Encoding(int number) {
      this.number = number;
    }

    /** {@return the number of this encoding on the wire} */
    public int number() {
      return number;
    }

    /** {@return whether a number is that of an encoding of Gannet's own protocol} */
    public static boolean isKnown(int number) {
      return number >= 0 && number <= PROTOBUF.number;
    }

    /** {@return the encoding of a number} */
    public static Encoding of(int number) {
      return BY_NUMBER[number];
    }
  }

  /** {@return the encoding of the value} */
  Encoding encoding();

  /**
   * Writes the value.
   *
   * @param out the target
   */
  void writeTo(WriteBuffer out);

  /**
   * {@return the value as bytes, which must not be modified}
   *
   * @throws RpcException if the value is compressed and can't be inflated
   */
  byte[] bytes();

  /** {@return whether the value is written compressed} */
  default boolean isCompressed() {
    return false;
  }

  /** {@return the size of {@link #bytes}, or 0 if it is unknown} */
  default int size() {
    return 0;
  }

  /** {@return the memory that this payload retains, in bytes, or 0 if it is unknown} */
  default int held() {
    return size();
  }

  /**
   * {@return the same value, encoded now}
   *
   * @throws RpcException if the value can't be written
   */
  default Payload written() {
    return new PlainPayload(encoding(), bytes());
  }
}
