package io.gannet.discovery.spi;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one coordination service. What all of them have in common is the registry's: when something is
 * tried again, what is done after an outage, what consumers see. All methods but {@link #close} are called
 * on the registry's thread, must not block, and may complete what they return on any thread.
 */
public interface RegistryDriver {

  /** Connects, and goes on doing so until closed; tells the {@link DriverContext} how that goes. */
  void start();

  /**
   * Writes an entry that lives as long as the session, whoever has written one under this key before.
   *
   * @param key which entry
   * @param value what to write
   * @return completes when the servers have it; if it fails, they may have it or not
   */
  CompletionStage<@Nullable Void> put(EntryKey key, byte[] value);

  /**
   * Removes an entry, if it is there.
   *
   * @param key which entry
   * @return completes when the servers don't have it; if it fails, they may have it or not
   */
  CompletionStage<@Nullable Void> remove(EntryKey key);

  /**
   * Asks which entries the session holds, and what they say.
   *
   * @return their values by key; without those that belong to another session, or to none
   */
  CompletionStage<Map<EntryKey, byte[]>> held();

  /**
   * Lists a service and follows it.
   *
   * @param service the name of the service
   * @param listener told the list, then every change after that list, in order, without a gap; or that the
   *     watch has ended
   * @return to end it
   */
  Watch watch(String service, WatchListener listener);

  /**
   * Asks for the services that have entries.
   *
   * @return their names
   */
  CompletionStage<Collection<String>> services();

  /**
   * Ends the session, so that its entries go, waits for that as long as a request may take, and lets go of
   * everything. Called once, on a thread that may block.
   */
  void close();

  /** A service that is being followed. */
  interface Watch {

    /** Ends it. What is told to the listener after that is ignored. */
    void close();
  }
}
