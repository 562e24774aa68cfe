package io.gannet.discovery.internal;

import java.util.concurrent.atomic.LongAdder;

/** The counters of a registry. Thread-safe. */
final class Counters {
  final LongAdder requests = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder sessions = new LongAdder();
  final LongAdder disconnects = new LongAdder();
  final LongAdder puts = new LongAdder();
  final LongAdder restored = new LongAdder();
  final LongAdder listings = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder overflows = new LongAdder();
  final LongAdder skipped = new LongAdder();
}
