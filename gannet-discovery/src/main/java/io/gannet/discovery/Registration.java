package io.gannet.discovery;

import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an instance registered until it is closed. If the entry is lost, because the session ended,
 * a lease expired, or another client deleted it, it is written again. Safe for use by any number of
 * threads.
 */
public interface Registration extends AutoCloseable {

  /** Whether the registry has the instance. */
  enum State {
    /**
     * The registry doesn't have the instance, or it is unknown. Registering is retried as long as
     * necessary.
     */
    PENDING,
    /**
     * The registry has the instance, as far as is known. During an outage, this is the last known
     * state.
     */
    REGISTERED,
    /** The instance has left and is no longer registered. */
    LEFT
  }

  /** {@return the instance as last registered or updated} */
  Instance instance();

  /** {@return whether the registry has the instance} */
  State state();

  /**
   * {@return completes when the registry first has the instance, on a virtual thread; completes
   * exceptionally with an {@link IllegalStateException} if the instance left earlier}
   */
  CompletionStage<@Nullable Void> registered();

  /**
   * Waits until the registry has the instance.
   *
   * @param timeout the maximum time to wait
   * @throws RegistryException if the registry doesn't have the instance within that time; the
   *     registration stays, and registering is still retried
   * @throws InterruptedException if the thread is interrupted
   */
  void awaitRegistered(Duration timeout) throws InterruptedException;

  /**
   * Changes the instance, for example its weight. Consumers always see either the old or the new
   * one.
   *
   * @param changed the changed instance, with the same service and id
   * @throws IllegalArgumentException if the service or the id differs
   * @throws IllegalStateException if the instance has left
   */
  void update(Instance changed);

  /**
   * Removes the instance from the registry, without waiting.
   *
   * @return completes, on a virtual thread, when the registry no longer has the instance, or its
   *     session has ended
   */
  CompletionStage<@Nullable Void> leave();

  /**
   * Removes the instance from the registry, and waits until it is removed, at most for the duration
   * of a request ({@link RegistryOptions#requestTimeout}). If the registry can't be queried,
   * removing is retried afterwards until the session has ended, so that no entry is left behind.
   */
  @Override
  void close();
}
