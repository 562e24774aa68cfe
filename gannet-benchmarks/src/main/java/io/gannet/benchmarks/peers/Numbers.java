package io.gannet.benchmarks.peers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers in byte arrays, big-endian. */
public final class Numbers {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Numbers() {}

  /** {@return four bytes at an index} */
  public static int getInt(byte[] from, int index) {
    return (int) INT.get(from, index);
  }

  /** {@return eight bytes at an index} */
  public static long getLong(byte[] from, int index) {
    return (long) LONG.get(from, index);
  }

  /** Writes four bytes. */
  public static void putInt(byte[] to, int index, int value) {
    INT.set(to, index, value);
  }

  /** Writes eight bytes. */
  public static void putLong(byte[] to, int index, long value) {
    LONG.set(to, index, value);
  }

  /** {@return eight bytes} */
  public static byte[] ofLong(long value) {
    byte[] bytes = new byte[Long.BYTES];
    putLong(bytes, 0, value);
    return bytes;
  }
}
