package io.gannet.discovery;

import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An instance that a registry is to have, until this is closed. Whenever it gets lost, because of a lost
 * session, an expired lease, or somebody who deleted it, it is brought back. Safe for use by any number of
 * threads.
 */
public interface Registration extends AutoCloseable {

  /** Whether the registry has an instance. */
  enum State {
    /** It doesn't, or isn't known to; it is asked to, as soon and as often as need be. */
    PENDING,
    /** It does, as far as is known; during an outage this is what was known before. */
    REGISTERED,
    /** Nobody asks it to any more. */
    LEFT
  }

  /**
   * {@return the instance as it was last registered or updated}
   */
  Instance instance();

  /**
   * {@return whether the registry has it}
   */
  State state();

  /**
   * {@return completes when the registry has the instance for the first time, on a virtual thread;
   * exceptionally, with an {@link IllegalStateException}, if it left before}
   */
  CompletionStage<@Nullable Void> registered();

  /**
   * Waits until the registry has the instance.
   *
   * @param timeout how long at most
   * @throws RegistryException if it doesn't after that time; the registration stays, and goes on asking
   * @throws InterruptedException if the thread is interrupted
   */
  void awaitRegistered(Duration timeout) throws InterruptedException;

  /**
   * Changes the instance, for example its weight; consumers see no moment without it.
   *
   * @param changed of the same service and id
   * @throws IllegalArgumentException if service or id differ
   * @throws IllegalStateException if it has left
   */
  void update(Instance changed);

  /**
   * Leaves, without waiting.
   *
   * @return completes when the registry doesn't have the instance any more, or its session has ended, on a
   *     virtual thread
   */
  CompletionStage<@Nullable Void> leave();

  /**
   * Leaves, and waits until the registry doesn't have the instance any more, for as long as a request may
   * take ({@link RegistryOptions#requestTimeout}). If the registry can't be asked, it is asked again and
   * again after that, until the session has ended: nothing stays behind.
   */
  @Override
  void close();
}
