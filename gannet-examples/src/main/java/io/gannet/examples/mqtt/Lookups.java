package io.gannet.examples.mqtt;

/**
 * The number of retained messages that may be examined for a client until the next cron of its
 * session. A search may examine all of them and find none: without this limit, a few kilobytes of
 * filters cost half a minute of processor time. Only for the session's own thread.
 */
final class Lookups {

  /** At ten crons a second, less than a hundredth of a processor for each client. */
  static final int MOST = 2_000;

  private int left = MOST;

  /** Returns false if there are none left. */
  boolean take() {
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  boolean areUsedUp() {
    return left == 0;
  }

  void refill() {
    left = MOST;
  }
}
