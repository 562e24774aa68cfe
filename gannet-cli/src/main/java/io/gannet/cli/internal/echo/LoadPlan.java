package io.gannet.cli.internal.echo;

import java.time.Duration;

/**
 * What the client is to do. Message number {@code n} of the run belongs to connection {@code n mod
 * connections}, and is due at {@code n / rate} seconds.
 *
 * @param count how many messages to send, over all connections
 * @param size the size of each payload in bytes
 * @param connections how many connections to spread them over
 * @param inFlight how many requests a connection may have without an answer
 * @param rate how many messages to send in a second, over all connections; 0 for as many as possible
 * @param timeout how long an answer may take
 */
record LoadPlan(long count, int size, int connections, int inFlight, long rate, Duration timeout) {

  private static final long NANOS = 1_000_000_000L;

  /** {@return how many of the messages belong to a connection} */
  long share(int connection) {
    return count / connections + (connection < count % connections ? 1 : 0);
  }

  /** {@return the number of a connection's message, of which {@code index} come before it} */
  long number(int connection, long index) {
    return index * connections + connection;
  }

  /** {@return when a message is due, in nanoseconds after the start; not for a rate of 0} */
  long dueNanos(long number) {
    // In two parts: the product of a large number and a billion doesn't fit.
    return number / rate * NANOS + number % rate * NANOS / rate;
  }

  /** {@return how many messages are due a time after the start; not for a rate of 0} */
  long dueCount(long elapsedNanos) {
    long seconds = elapsedNanos / NANOS;
    long fraction = elapsedNanos % NANOS;
    return Math.min(count, 1 + seconds * rate + (long) ((double) fraction * rate / NANOS));
  }
}
