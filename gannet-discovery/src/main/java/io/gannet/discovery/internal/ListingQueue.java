package io.gannet.discovery.internal;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits the number of services that are listed at the same time, so that a consumer of hundreds
 * doesn't list all of them at once after an outage. Belongs to the loop.
 */
final class ListingQueue {

  private final int permits;
  private final Queue<ServiceWatch> waiting = new ArrayDeque<>();
  private int taken;

  ListingQueue(int permits) {
    this.permits = permits;
  }

  /** Lets a watch list its service now, or later in its turn. */
  void enter(ServiceWatch watch) {
    waiting.add(watch);
    next();
  }

  /** Removes a watch that no longer needs to list its service. */
  void leave(ServiceWatch watch) {
    waiting.remove(watch);
  }

  /** Called when a listing has ended. */
  void done() {
    taken--;
    next();
  }

  private void next() {
    while (taken < permits) {
      ServiceWatch watch = waiting.poll();
      if (watch == null) {
        return;
      }
      taken++;
      watch.list();
    }
  }
}
