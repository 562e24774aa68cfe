package io.gannet.rpc;

import java.util.List;

/**
 * A directory whose lists this program says itself, out of whatever it knows: a file, an orchestrator's API,
 * another registry.
 *
 * @see Directory#published
 */
public interface PublishedDirectory extends Directory {

  /**
   * Says which instances there are. Those who use the directory hear of it if the list differs from the last
   * one. No effect once the directory is closed.
   *
   * @param instances all of them
   * @throws IllegalArgumentException if one is of another service, or two have the same id
   */
  void publish(List<Instance> instances);

  /**
   * Says that it can't be told which instances there are. The last list stays, and is {@link
   * DirectoryStatus.State#STALE} until there is another.
   *
   * @param cause why
   */
  void fail(Throwable cause);
}
