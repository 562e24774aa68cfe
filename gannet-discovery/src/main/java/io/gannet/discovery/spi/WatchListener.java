package io.gannet.discovery.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a service's entries are. May be called on any thread, one call after the other, and never
 * blocks. Entries are named by what stands for the id in their keys, {@linkplain KeyNames encoded}.
 */
public interface WatchListener {

  /**
   * Tells all entries, once, before anything else.
   *
   * @param entries the values by name
   */
  void listed(Map<String, byte[]> entries);

  /**
   * Tells that an entry was written or removed.
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
