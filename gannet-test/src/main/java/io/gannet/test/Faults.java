package io.gannet.test;

import java.time.Duration;

/**
 * The faults that a {@link FaultProxy} applies to the bytes in one direction. A setting takes
 * effect at once on all connections, including existing ones. Positions count from the first byte
 * of each connection.
 *
 * <p>Safe for use by any number of threads.
 */
public interface Faults {

  /**
   * Forwards bytes in small pieces, each in a separate write.
   *
   * @param bytes the size of a piece; 1 for single bytes; 0 to forward bytes as they arrive
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults split(int bytes);

  /**
   * Delays each piece. The pieces wait one after the other. A piece is the data of one read, at
   * most 16 KiB, or smaller with {@link #split}. So a delay also limits the rate to one piece in
   * that time.
   *
   * @param time the delay; zero for none
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults delay(Duration time);

  /**
   * Limits the rate.
   *
   * @param bytesPerSecond the limit; 0 for none
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults throttle(int bytesPerSecond);

  /**
   * Discards everything, including the end of the stream and resets, like a cut cable: the
   * connection is half-open. Discarded data stays lost when this is disabled.
   *
   * @param on whether to discard
   * @return this
   */
  Faults drop(boolean on);

  /**
   * Freezes this direction: stops reading from the sender, which eventually can't send any more.
   * Nothing is lost.
   *
   * @param on whether to freeze
   * @return this
   */
  Faults stall(boolean on);

  /**
   * Resets both sides of a connection once it has forwarded a number of bytes in this direction.
   *
   * @param bytes the exact number of bytes to forward; {@link Long#MAX_VALUE} for no reset
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults resetAfter(long bytes);

  /**
   * Ends the stream in this direction once a number of bytes has been forwarded, and discards the
   * rest. The other direction continues.
   *
   * @param bytes the exact number of bytes to forward; {@link Long#MAX_VALUE} for no end
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults endAfter(long bytes);

  /**
   * Inverts all bits of one byte of each connection.
   *
   * @param position the position of the byte, from 0; {@link Long#MAX_VALUE} for none
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults corruptAt(long position);

  /**
   * Removes all faults of this direction.
   *
   * @return this
   */
  Faults heal();
}
