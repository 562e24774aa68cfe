package io.gannet.discovery.spi;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The client of one coordination service. The registry does everything that is common to all of
 * them: retries, the work after an outage, and the lists of consumers. All methods except
 * {@link #close} are called on the registry's thread, must not block, and may complete their
 * results on any thread.
 */
public interface RegistryDriver {

  /**
   * Connects, and keeps connecting until closed. Reports connection events to the
   * {@link DriverContext}.
   */
  void start();

  /**
   * Writes an entry that lives as long as the session. It replaces an entry of another client with
   * this key.
   *
   * @param key the key
   * @param value the value
   * @return completes when the servers have the entry; if it fails, they may or may not have it
   */
  CompletionStage<@Nullable Void> put(EntryKey key, byte[] value);

  /**
   * Removes an entry, if it exists.
   *
   * @param key the key
   * @return completes when the servers no longer have the entry; if it fails, they may or may not
   *     have it
   */
  CompletionStage<@Nullable Void> remove(EntryKey key);

  /**
   * Queries the entries that belong to the session.
   *
   * @return the values by key, without entries that belong to another session, or to none
   */
  CompletionStage<Map<EntryKey, byte[]>> held();

  /**
   * Lists a service and follows it.
   *
   * @param service the name of the service
   * @param listener receives the list, then every later change, in order and without gaps; or the
   *     end of the watch
   * @return the watch
   */
  Watch watch(String service, WatchListener listener);

  /**
   * Queries the names of the services that have entries.
   *
   * @return the names
   */
  CompletionStage<Collection<String>> services();

  /**
   * Ends the session, so that its entries are removed. Waits for that, at most for the duration of
   * a request, and releases all resources. Called once, on a thread that may block.
   */
  void close();

  /** A service that is being followed. */
  interface Watch {

    /** Ends the watch. Further events are ignored. */
    void close();
  }
}
