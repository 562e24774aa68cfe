package io.gannet.discovery.testkit;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** All lists that a directory has passed to its listener. */
public final class Lists {

  private final List<DirectorySnapshot> told = new CopyOnWriteArrayList<>();
  private final Directory directory;

  private Lists(Directory directory) {
    this.directory = directory;
  }

  /**
   * Starts to listen to a directory.
   *
   * @param directory the directory
   * @return the lists
   */
  public static Lists of(Directory directory) {
    Lists lists = new Lists(directory);
    directory.onChange(lists.told::add);
    return lists;
  }

  /** {@return the directory of these lists} */
  public Directory directory() {
    return directory;
  }

  /** {@return all lists so far} */
  public List<DirectorySnapshot> told() {
    return List.copyOf(told);
  }

  /**
   * Returns the ids of a list.
   *
   * @param snapshot the list
   * @return the ids
   */
  public static Set<String> ids(DirectorySnapshot snapshot) {
    return snapshot.instances().stream().map(Instance::id).collect(Collectors.toSet());
  }

  /**
   * Waits until the directory and its listener have a list with exactly the given instances.
   *
   * @param timeout the maximum time to wait
   * @param ids the ids of the instances
   * @return the list
   */
  public DirectorySnapshot await(Duration timeout, String... ids) {
    return awaitList(timeout, snapshot -> ids(snapshot).equals(Set.of(ids)));
  }

  /**
   * Waits until the directory and its listener have a list that fulfils a condition.
   *
   * @param timeout the maximum time to wait
   * @param wanted the condition
   * @return the list
   */
  public DirectorySnapshot awaitList(Duration timeout, Predicate<DirectorySnapshot> wanted) {
    Awaitility.await()
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            !told.isEmpty() && wanted.test(told.getLast()) && wanted.test(directory.snapshot()));
    return told.getLast();
  }
}
