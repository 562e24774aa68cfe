package io.gannet.rpc;

import java.util.List;

/**
 * A directory whose lists this program publishes, from a source of its own: a file, the API of an
 * orchestrator, or another registry.
 *
 * @see Directory#published
 */
public interface PublishedDirectory extends Directory {

  /**
   * Publishes the list of instances. Listeners are called if it differs from the last list. Has no
   * effect after the directory is closed.
   *
   * @param instances all instances
   * @throws IllegalArgumentException if one belongs to another service, or two have the same id
   */
  void publish(List<Instance> instances);

  /**
   * Reports that the instances are unknown at present. The last list is kept, with the state
   * {@link DirectoryStatus.State#STALE}, until the next list is published.
   *
   * @param cause the cause
   */
  void fail(Throwable cause);
}
