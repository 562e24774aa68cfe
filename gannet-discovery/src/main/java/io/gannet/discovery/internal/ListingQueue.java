package io.gannet.discovery.internal;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets few services be listed at a time, so that a consumer of hundreds doesn't ask for all of them at once
 * after an outage. Belongs to the loop.
 */
final class ListingQueue {

  private final int permits;
  private final Queue<ServiceWatch> waiting = new ArrayDeque<>();
  private int taken;

  ListingQueue(int permits) {
    this.permits = permits;
  }

  /** Lets a watch list its service now, or when it is its turn. */
  void enter(ServiceWatch watch) {
    waiting.add(watch);
    next();
  }

  /** A watch doesn't want to list any more. */
  void leave(ServiceWatch watch) {
    waiting.remove(watch);
  }

  /** A listing has ended. */
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
