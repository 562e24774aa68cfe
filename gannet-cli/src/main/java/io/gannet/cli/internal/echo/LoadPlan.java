package io.gannet.cli.internal.echo;

import java.time.Duration;

/**
 * The plan of a load run. Message number {@code n} of the run belongs to connection
 * {@code n mod connections}, and is due at {@code n / rate} seconds.
 *
 * @param count the number of messages over all connections
 * @param size the size of each payload in bytes
 * @param connections the number of connections
 * @param inFlight the maximum number of unanswered requests per connection
 * @param rate the number of messages per second over all connections; 0 for as many as possible
 * @param timeout the maximum time until an answer
 */
record LoadPlan(long count, int size, int connections, int inFlight, long rate, Duration timeout) {

  private static final long NANOS = 1_000_000_000L;

  /** {@return the number of messages of a connection} */
  long share(int connection) {
    return count / connections + (connection < count % connections ? 1 : 0);
  }

  /** {@return the number, within the run, of a connection's message with this index} */
  long number(int connection, long index) {
    return index * connections + connection;
  }

  /** {@return when a message is due, in nanoseconds after the start; the rate must not be 0} */
  long dueNanos(long number) {
    // Computed in two parts, because the product of a large number and a billion would overflow.
    return number / rate * NANOS + number % rate * NANOS / rate;
  }

  /** {@return how many messages are due a given time after the start; the rate must not be 0} */
  long dueCount(long elapsedNanos) {
    long seconds = elapsedNanos / NANOS;
    long fraction = elapsedNanos % NANOS;
    return Math.min(count, 1 + seconds * rate + (long) ((double) fraction * rate / NANOS));
  }
}
