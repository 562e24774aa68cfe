package io.gannet.test.junit;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;

/**
 * A registry in memory for tests, which is empty at the start, and which a test can make
 * unreachable.
 *
 * <pre>{@code
 * @RegisterExtension
 * final RegistryExtension registry = RegistryExtension.create();
 *
 * @Test
 * void callsGoToTheInstanceThatIsLeft() throws Exception {
 *   Registration first = registry.add("Greeter", one.port());
 *   registry.add("Greeter", two.port());
 *   try (RpcCluster greeters = RpcClient.over(registry.registry().watch("Greeter")).start()) {
 *     first.close(); // leaves the registry
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>In an instance field, each test has its own registry; in a static field, all tests of the
 * class share one. Code that opens its registry itself receives {@link #uri}, or a {@link Registry}
 * of {@link #open} if a test ends its session. Safe for tests that run at the same time.
 */
public interface RegistryExtension
    extends BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /**
   * Creates the extension, with the default options, except that work after an outage is done at
   * once instead of spread over some time.
   *
   * @return the extension
   */
  static RegistryExtension create() {
    return create(RegistryOptions.defaults().withSpread(Duration.ZERO));
  }

  /**
   * Creates the extension.
   *
   * @param options the options of the registries that it opens
   * @return the extension
   */
  static RegistryExtension create(RegistryOptions options) {
    return new RunningRegistry(options);
  }

  /**
   * Returns the URI for {@link Registry#open(String)}. It is valid in this process only.
   *
   * @return the URI
   * @throws IllegalStateException if no test is running
   */
  String uri();

  /**
   * Returns the registry that was opened for the test. It is closed after the test.
   *
   * @return the registry
   * @throws IllegalStateException if no test is running
   */
  Registry registry();

  /**
   * Opens another session of the registry, for a provider that a test removes: closing the session
   * removes its registrations. The session is closed after the test at the latest.
   *
   * @return a new session
   * @throws IllegalStateException if no test is running
   * @throws io.gannet.discovery.RegistryException if there is an outage, after the start timeout of
   *     the options
   */
  Registry open();

  /**
   * Registers an instance on this machine, reached by TCP, and waits until the registry has it.
   *
   * @param service the name of the service
   * @param port the port of the instance
   * @return the registration: close it to remove the instance, or
   *     {@linkplain Registration#update update} it
   * @throws IllegalStateException if no test is running
   * @throws io.gannet.discovery.RegistryException if the registry doesn't have it after 10 s,
   *     because there is an outage
   */
  Registration add(String service, int port);

  /**
   * Makes the registry unreachable for all its sessions, or reachable again. An outage loses no
   * data and ends no session. The sessions notice a moment later: await {@link Registry#status}.
   * After an outage in which half of the instances or more have left, consumers keep these for the
   * {@linkplain RegistryOptions#withOutageGrace grace} of their options.
   *
   * @param on whether the registry is unreachable
   * @throws IllegalStateException if no test is running
   */
  void outage(boolean on);
}
