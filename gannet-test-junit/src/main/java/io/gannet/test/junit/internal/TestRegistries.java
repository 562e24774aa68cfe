package io.gannet.test.junit.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The unreachable registries of the scheme, and the drivers that must know when that changes. */
public final class TestRegistries {

  /** The scheme of their URIs. */
  public static final String SCHEME = "test";

  private static final Set<String> UNREACHABLE = ConcurrentHashMap.newKeySet();
  private static final Set<TestRegistryDriver> OPEN = ConcurrentHashMap.newKeySet();

  private TestRegistries() {}

  /**
   * Starts or ends the outage of a registry.
   *
   * @param name the name of the registry
   * @param on whether it is unreachable
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
