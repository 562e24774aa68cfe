package io.gannet.test.junit.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which registries of the scheme can't be reached, and who must know when that changes. */
public final class TestRegistries {

  /** The scheme of their URIs. */
  public static final String SCHEME = "test";

  private static final Set<String> UNREACHABLE = ConcurrentHashMap.newKeySet();
  private static final Set<TestRegistryDriver> OPEN = ConcurrentHashMap.newKeySet();

  private TestRegistries() {}

  /**
   * Begins or ends the outage of a registry.
   *
   * @param name of the registry
   * @param on whether it can't be reached
   */
  public static void outage(String name, boolean on) {
    if (on ? UNREACHABLE.add(name) : UNREACHABLE.remove(name)) {
      OPEN.stream().filter(driver -> driver.name().equals(name)).forEach(TestRegistryDriver::look);
    }
  }

  static boolean isUnreachable(String name) {
    return UNREACHABLE.contains(name);
  }

  static void opened(TestRegistryDriver driver) {
    OPEN.add(driver);
  }

  static void closed(TestRegistryDriver driver) {
    OPEN.remove(driver);
  }
}
