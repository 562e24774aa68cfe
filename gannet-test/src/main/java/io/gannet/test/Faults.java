package io.gannet.test;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes that flow in one direction. A setting takes effect at once on
 * all connections, including those that stand. Positions count from the first byte of each connection.
 *
 * <p>Safe for use by any number of threads.
 */
public interface Faults {

  /**
   * Forwards bytes in small pieces, each in a write of its own.
   *
   * @param bytes the size of a piece; 1 for byte by byte; 0 to forward bytes as they come
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults split(int bytes);

  /**
   * Holds each piece back for some time. The pieces wait one after the other: a piece is what one read
   * returns, at most 16 KiB, or what {@link #split} makes of it. So a delay also limits the rate, to one piece
   * in that time.
   *
   * @param time how long; zero for no delay
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
   * Discards everything, including the end of the stream and resets, as a cut cable does: the connection is
   * half-open. What was discarded stays lost when this is switched off.
   *
   * @param on whether to discard
   * @return this
   */
  Faults drop(boolean on);

  /**
   * Freezes this direction: reads nothing more from the sender, whose bytes pile up until it can send no more.
   * Nothing is lost.
   *
   * @param on whether to freeze
   * @return this
   */
  Faults stall(boolean on);

  /**
   * Resets both sides of a connection once it has forwarded a number of bytes in this direction.
   *
   * @param bytes exactly so many are forwarded; {@link Long#MAX_VALUE} for no reset
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults resetAfter(long bytes);

  /**
   * Ends the stream in this direction once a number of bytes has been forwarded, and discards the rest. The
   * other direction goes on.
   *
   * @param bytes exactly so many are forwarded; {@link Long#MAX_VALUE} for no end
   * @return this
   * @throws IllegalArgumentException if negative
   */
  Faults endAfter(long bytes);

  /**
   * Inverts all bits of one byte of each connection.
   *
   * @param position which byte, from 0; {@link Long#MAX_VALUE} for none
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
