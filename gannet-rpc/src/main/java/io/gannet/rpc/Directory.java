package io.gannet.rpc;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A live list of the instances of a service. It is never emptied by an outage of where it comes from:
 * while that can't be asked, the last list stays. Safe for use by any number of threads; nothing here
 * blocks.
 */
public interface Directory extends AutoCloseable {

  /** A listener's subscription. */
  interface Subscription extends AutoCloseable {

    /** Ends it; a call that runs goes on, and no other begins. */
    @Override
    void close();
  }

  /**
   * {@return the name of the service}
   */
  String service();

  /**
   * {@return the list that is known now; version 0, and empty, before there is one}
   */
  DirectorySnapshot snapshot();

  /**
   * {@return completes with the first list, on a virtual thread; exceptionally, with an {@link
   * IllegalStateException}, if the directory is closed before}
   */
  CompletionStage<DirectorySnapshot> ready();

  /**
   * Tells a listener each list: the one that is known now, if there is one, and each that differs from the
   * one before. It is called on a virtual thread, may block, and is never called concurrently with itself;
   * lists that have been replaced before it could be called are left out, so that it falls behind by one at
   * most. What it throws is logged.
   *
   * @param listener the listener
   * @return to end it
   */
  Subscription onChange(Consumer<DirectorySnapshot> listener);

  /**
   * {@return how it knows what it says}
   */
  DirectoryStatus status();

  /** Stops following; {@link #snapshot} goes on to say the last list. */
  @Override
  void close();
}
