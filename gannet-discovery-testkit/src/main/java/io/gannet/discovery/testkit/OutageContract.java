package io.gannet.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import io.gannet.test.FaultProxy;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract while the only server of a registry, or the network path to it, is down. Each test
 * has its own server.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class OutageContract {

  /** The time limit for anything. */
  protected static final Duration SOON = Duration.ofSeconds(20);

  /** A real server on a fixed port. */
  public interface Server extends AutoCloseable {

    /**
     * {@return the URI of the registry behind a port, which is the server's port or forwards to it}
     *
     * @param port the port
     */
    String uriOf(int port);

    /** {@return the port that the server listens on} */
    int port();

    /** Stops the server at once, and keeps its data. */
    void stop();

    /**
     * Starts the server again.
     *
     * @throws Exception if starting fails
     */
    void start() throws Exception;

    /** Removes all data, including sessions. Call it only while the server is stopped. */
    void wipe();

    /**
     * Ends a session, as if it had timed out.
     *
     * @param session the id of the session
     */
    void expire(String session);

    /** Makes the history up to now unavailable, for servers that keep one. */
    default void forgetHistory() {}

    /**
     * {@return whether an instance of the service "Greeter" is registered}
     *
     * @param id the id of the instance
     * @throws Exception if the query fails
     */
    boolean has(String id) throws Exception;

    @Override
    void close();
  }

  private final List<AutoCloseable> open = new ArrayList<>();
  private final RegistryOptions options;
  private Server server;

  /**
   * Called by subclasses.
   *
   * @param options the options of the registries
   */
  protected OutageContract(RegistryOptions options) {
    this.options = options.withSessionTimeout(Duration.ofSeconds(3)).withStartTimeout(SOON);
  }

  /**
   * {@return a server for one test}
   *
   * @throws Exception if the server can't be started
   */
  protected abstract Server startServer() throws Exception;

  @BeforeEach
  void start() throws Exception {
    server = startServer();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    server.close();
  }

  /**
   * Closes an object at the end of the test.
   *
   * @param closeable the object
   * @return the same object
   * @param <T> the type of the object
   */
  protected final <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  /** {@return the default options of registries in this test} */
  protected final RegistryOptions options() {
    return options;
  }

  /** {@return a new registry} */
  protected final Registry open() {
    return open(server.port(), options);
  }

  /**
   * {@return a new registry}
   *
   * @param port the port of the server or of a proxy
   * @param chosen the options
   */
  protected final Registry open(int port, RegistryOptions chosen) {
    return closing(Registry.open(server.uriOf(port), chosen));
  }

  /** {@return a proxy to the server whose connections can be cut} */
  protected final FaultProxy proxy() {
    return closing(FaultProxy.to(server.port()));
  }

  /**
   * Registers an instance and waits until it is registered.
   *
   * @param registry the registry
   * @param id the id of the instance
   * @return the registration
   * @throws InterruptedException if this thread is interrupted
   */
  protected static Registration register(Registry registry, String id) throws InterruptedException {
    Registration registration = registry.register(instance(id));
    registration.awaitRegistered(SOON);
    return registration;
  }

  private static Instance instance(String id) {
    return Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id);
  }

  /**
   * Waits for a state of a registry.
   *
   * @param registry the registry
   * @param state the state
   */
  protected static void awaitState(Registry registry, RegistryStatus.State state) {
    await().atMost(SOON).until(() -> registry.status().state() == state);
  }

  /**
   * Waits for a state of a directory.
   *
   * @param directory the directory
   * @param state the state
   */
  protected static void awaitState(Directory directory, DirectoryStatus.State state) {
    await().atMost(SOON).until(() -> directory.status().state() == state);
  }

  @Test
  void aServerReturnsAfterALostSessionAndLeavesBeforeItDrains() throws Exception {
    Registry provider = open();
    RpcServer greeter = RpcServer.over(io.gannet.transport.Server.tcp("127.0.0.1", 0)).start();
    closing(() -> greeter.stop(StopMode.NOW));
    Registration here =
        provider.advertise(greeter, Advertising.of("Greeter").withNotice(Duration.ofMinutes(5)));
    here.awaitRegistered(SOON);
    String id = here.instance().id();
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, id);
    String lost = provider.status().session();
    server.expire(lost);
    await().atMost(SOON).until(() -> provider.stats().restored() == 1);
    await().atMost(SOON).until(() -> here.state() == Registration.State.REGISTERED);
    assertThat(provider.status().session()).isNotEqualTo(lost);
    assertThat(lists.await(SOON, id).instances()).containsExactly(here.instance());
    greeter.stop(StopMode.DRAIN);
    lists.await(SOON); // empty during the server's notice period
    assertThat(greeter.whenStopped().toCompletableFuture()).isNotDone();
    assertThat(here.state()).isEqualTo(Registration.State.LEFT);
  }

  @Test
  void registrationsReturnAfterALostSession() throws Exception {
    Registry provider = open();
    Registration one = register(provider, "one");
    register(provider, "two");
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "one", "two");
    String lost = provider.status().session();
    server.expire(lost);
    await().atMost(SOON).until(() -> provider.stats().sessions() == 2);
    lists.await(SOON, "one", "two");
    await().atMost(SOON).until(() -> one.state() == Registration.State.REGISTERED);
    assertThat(provider.status().session()).isNotEqualTo(lost);
    assertThat(provider.stats().restored()).isEqualTo(2);
  }

  @Test
  void changesWhileTheWatchIsCutAreSeenAfterIt() throws Exception {
    FaultProxy proxy = proxy();
    Registry provider = open();
    Registration one = register(provider, "one");
    Registration two = register(provider, "two");
    Registration three = register(provider, "three");
    Directory directory = open(proxy.port(), options).watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one", "two", "three");
    proxy.refuse(true);
    proxy.resetConnections();
    awaitState(directory, DirectoryStatus.State.STALE);
    one.close();
    two.update(two.instance().withWeight(7));
    three.close();
    register(provider, "three");
    register(provider, "four");
    server.forgetHistory();
    proxy.refuse(false);
    lists.await(SOON, "two", "three", "four");
    assertThat(lists.told()).hasSize(2);
    assertThat(directory.snapshot().instances())
        .filteredOn(instance -> instance.id().equals("two"))
        .allMatch(instance -> instance.weight() == 7);
  }

  @Test
  void aServerThatHasForgottenEverythingEmptiesNoList() throws Exception {
    Registry provider = open();
    register(provider, "one");
    register(provider, "two");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one", "two");
    server.stop();
    server.wipe();
    server.start();
    await().atMost(SOON).until(() -> server.has("one") && server.has("two"));
    awaitState(directory, DirectoryStatus.State.LIVE);
    await().atMost(SOON).until(() -> directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
    register(provider, "three");
    lists.await(SOON, "one", "two", "three");
  }

  @Test
  void anEmptyListThatOutlastsTheGraceIsBelieved() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Directory directory =
        open(server.port(), options.withOutageGrace(Duration.ofSeconds(2))).watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    server.stop();
    awaitState(directory, DirectoryStatus.State.STALE);
    provider.close();
    server.wipe();
    server.start();
    await().atMost(SOON).until(() -> !directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
    lists.await(SOON);
  }

  @Test
  void openingFailsInTimeIfTheServerIsDown() {
    server.stop();
    RegistryOptions shortly = options.withStartTimeout(Duration.ofMillis(700));
    assertThatThrownBy(() -> open(server.port(), shortly))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(server.uriOf(server.port()))
        .hasMessageContaining("withStartTimeout");
  }

  @Test
  void withoutWaitingEverythingWorksOnceTheServerIsUp() throws Exception {
    server.stop();
    Registry registry = open(server.port(), options.withStartTimeout(Duration.ZERO));
    Registration one = registry.register(instance("one"));
    Directory directory = registry.watch("Greeter");
    Lists lists = Lists.of(directory);
    assertThat(registry.status().state()).isEqualTo(RegistryStatus.State.CONNECTING);
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.WAITING);
    assertThatThrownBy(registry::services).isInstanceOf(RegistryException.class);
    server.start();
    one.awaitRegistered(SOON);
    lists.await(SOON, "one");
  }

  @Test
  void closingWhileTheServerIsDownDoesNotHang() throws Exception {
    Registry registry = open();
    Registration one = register(registry, "one");
    server.stop();
    awaitState(registry, RegistryStatus.State.DISCONNECTED);
    long before = System.nanoTime();
    registry.close();
    assertThat(one.state()).isEqualTo(Registration.State.LEFT);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }
}
