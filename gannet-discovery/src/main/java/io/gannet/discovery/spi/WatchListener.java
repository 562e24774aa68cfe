package io.gannet.discovery.spi;

import org.jspecify.annotations.Nullable;

/**
 * Receives the entries of a service: first the list, entry by entry, then the changes. May be
 * called on any thread, one call after the other, and never blocks. The name of an entry is the
 * last part of its key ({@linkplain KeyNames encoded}), even if it isn't a valid name. Entries that
 * are too long or too many are dropped.
 */
public interface WatchListener {

  /**
   * Receives an entry of the list, before the list is complete.
   *
   * @param name the name
   * @param value its value
   */
  void entry(String name, byte[] value);

  /** Called once, when the list is complete. */
  void listed();

  /**
   * Receives the change of an entry.
   *
   * @param name the name
   * @param value the new value, or null if the entry was removed
   */
  void changed(String name, byte @Nullable [] value);

  /**
   * Called when the watch has ended, so that later changes are unknown. No further events follow.
   *
   * @param cause the cause
   */
  void lost(Throwable cause);
}
