package io.gannet.discovery.spi;

import org.jspecify.annotations.Nullable;

/**
 * Is told what a service's entries are: first the list, entry by entry, then what changes. May be called on any
 * thread, one call after the other, and never blocks. Entries are named by what stands for the id in their keys,
 * {@linkplain KeyNames encoded}, whatever somebody has written there. What is too long, and what there are too
 * many of, isn't kept.
 */
public interface WatchListener {

  /**
   * Tells one entry of the list, before that is complete.
   *
   * @param name which
   * @param value its value
   */
  void entry(String name, byte[] value);

  /** Tells that the list is complete, once. */
  void listed();

  /**
   * Tells that an entry was written or removed after the list.
   *
   * @param name which
   * @param value its value, or null if it is gone
   */
  void changed(String name, byte @Nullable [] value);

  /**
   * Tells that the watch has ended, and that what has happened since is unknown. Nothing more is told.
   *
   * @param cause why
   */
  void lost(Throwable cause);
}
