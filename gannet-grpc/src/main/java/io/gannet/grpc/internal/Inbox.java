package io.gannet.grpc.internal;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** What has come for the session and has not been passed on. Used on the loop only. */
final class Inbox {

  /**
   * A message for the session.
   *
   * @param message the message
   * @param room the memory that it has of the {@link ReceiveMemory}, in bytes
   */
  record Entry(ByteBuf message, int room) {}

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  void add(ByteBuf message, int room) {
    entries.add(new Entry(message, room));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Removes the first entry, which exists. */
  Entry next() {
    return entries.remove();
  }

  /** Releases everything. */
  void release() {
    entries.forEach(entry -> entry.message().release());
    entries.clear();
  }
}
