package io.gannet.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.Directory;
import io.gannet.rpc.Idempotent;
import io.gannet.rpc.Instance;
import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers that are registered while they serve, and calls to them meanwhile. */
@Execution(ExecutionMode.CONCURRENT)
class AdvertiseTest {

  private static final AtomicInteger REGISTRIES = new AtomicInteger();

  interface Work {
    String work(String text);

    @Idempotent
    String read(String text);
  }

  private record Worker(String name) implements Work {
    @Override
    public String work(String text) {
      return text + name;
    }

    @Override
    public String read(String text) {
      return text + name;
    }
  }

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final String uri = "memory:advertise-" + REGISTRIES.incrementAndGet();

  private <T extends AutoCloseable> T closing(T it) {
    opened.push(it);
    return it;
  }

  private <T> T closing(T it, Closing<T> how) {
    opened.push(() -> how.close(it));
    return it;
  }

  private interface Closing<T> {
    void close(T it) throws Exception;
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private Registry registry() {
    return closing(Registry.open(uri));
  }

  private RpcServer worker(String name) {
    RpcServer server =
        RpcServer.over(Server.tcp("127.0.0.1", 0)).service(Work.class, new Worker(name)).start();
    closing(() -> server.stop(StopMode.NOW));
    return server;
  }

  private static Advertising work() {
    return Advertising.of("Work").withNotice(Duration.ofMillis(100));
  }

  @Test
  void aServerIsRegisteredWhileItServesAndLeavesBeforeItDrains() throws Exception {
    Registry registry = registry();
    Directory directory = registry.watch("Work");
    RpcServer server = worker("a");
    Registration here = registry.advertise(server, work().withNotice(Duration.ofSeconds(5)));
    here.awaitRegistered(Duration.ofSeconds(10));
    await().until(() -> directory.snapshot().instances().size() == 1);
    assertThat(directory.snapshot().instances().getFirst().address())
        .isEqualTo("127.0.0.1:" + server.port());
    CompletableFuture<Void> stopping =
        CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
    await().until(() -> directory.snapshot().instances().isEmpty());
    assertThat(here.state()).isEqualTo(Registration.State.LEFT);
    assertThat(server.isRunning()).isFalse();
    // Consumers that haven't noticed this yet are still served.
    RpcCluster late =
        closing(RpcClient.over(Directory.of("Work", "tcp://127.0.0.1:" + server.port())).start());
    assertThat(late.proxy(Work.class).work("x")).isEqualTo("xa");
    server.stop(StopMode.NOW); // which waits for nothing
    server.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    stopping.get(20, TimeUnit.SECONDS);
  }

  @Test
  void aServerMayLeaveTheRegistryAndContinueServing() throws Exception {
    Registry registry = registry();
    RpcServer server = worker("a");
    Registration here = registry.advertise(server, work());
    here.awaitRegistered(Duration.ofSeconds(10));
    here.close();
    assertThat(server.isRunning()).isTrue();
    long began = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aServerThatHasBeenStoppedDoesNotStayRegistered() {
    Registry registry = registry();
    RpcServer server = worker("a");
    server.stop(StopMode.NOW);
    Registration here = registry.advertise(server, work());
    await().until(() -> here.state() == Registration.State.LEFT);
    Directory directory = registry.watch("Work");
    await().until(() -> directory.snapshot().version() > 0);
    assertThat(directory.snapshot().instances()).isEmpty();
  }

  @Test
  void aClosedRegistryDoesNotDelayTheStopOfAServer() {
    Registry registry = Registry.open(uri);
    RpcServer server = worker("a");
    Registration here = registry.advertise(server, work().withNotice(Duration.ofMinutes(5)));
    registry.close();
    assertThat(here.state()).isEqualTo(Registration.State.LEFT);
    long began = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(() -> registry.advertise(server, work()))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Makes calls at an even rate from several threads until it is stopped. */
  private static final class Load {

    private static final int THREADS = 8;
    private static final int CALLS_PER_SECOND = 800;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(THREADS);

    Load(UnaryOperator<String> call) {
      for (int i = 0; i < THREADS; i++) {
        Thread.startVirtualThread(() -> run(call));
      }
    }

    private void run(UnaryOperator<String> call) {
      while (!over.get()) {
        try {
          assertThat(call.apply("x")).startsWith("x");
        } catch (Throwable t) {
          failures.add(t);
        }
        calls.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) * THREADS / CALLS_PER_SECOND);
      }
      ended.countDown();
    }

    /** Waits until further calls have been made. */
    void awaitCalls(int more) {
      long until = calls.get() + more;
      await().until(() -> calls.get() >= until);
    }

    void stop() throws InterruptedException {
      over.set(true);
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private record Provider(Registry registry, RpcServer server) {
    void stop() {
      server.close();
      registry.close();
    }
  }

  private Provider provider(String name, Duration notice) throws InterruptedException {
    Registry registry = registry();
    RpcServer server = worker(name);
    registry.advertise(server, work().withNotice(notice)).awaitRegistered(Duration.ofSeconds(10));
    return new Provider(registry, server);
  }

  private void restartAllUnderLoad(Duration notice) throws Exception {
    Deque<Provider> providers = new ArrayDeque<>();
    for (int i = 0; i < 3; i++) {
      providers.add(provider("first" + i, notice));
    }
    RpcCluster cluster = closing(RpcClient.over(registry().watch("Work")).start());
    assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
    Work work = cluster.proxy(Work.class);
    Load load = closing(new Load(work::work), Load::stop);
    for (int i = 0; i < 3; i++) {
      load.awaitCalls(300);
      providers.add(provider("second" + i, notice));
      providers.remove().stop();
    }
    load.awaitCalls(300);
    load.stop();
    assertThat(load.failures).isEmpty();
    assertThat(load.calls.get()).isGreaterThan(1200);
    assertThat(cluster.stats().joined()).isEqualTo(6);
    await().until(() -> cluster.stats().left() == 3 && cluster.stats().draining() == 0);
    assertThat(cluster.instances()).extracting(status -> status.instance().since()).hasSize(3);
  }

  @RepeatedTest(3)
  void aRollingRestartFailsNoCall() throws Exception {
    restartAllUnderLoad(Duration.ofMillis(200));
  }

  @RepeatedTest(3)
  void aRollingRestartFailsNoCallEvenIfClientsHaveNotNoticed() throws Exception {
    restartAllUnderLoad(Duration.ZERO);
  }

  @Test
  void aKilledProviderFailsOnlySentCallsThatAreNotIdempotent() throws Exception {
    // Ends without leaving the registry, like a killed process.
    RpcServer killed = worker("killed");
    Instance instance = Instance.of("Work", "tcp", "127.0.0.1:" + killed.port());
    registry().register(instance).awaitRegistered(Duration.ofSeconds(10));
    provider("other", Duration.ZERO);
    RpcCluster cluster = closing(RpcClient.over(registry().watch("Work")).start());
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    Work work = cluster.proxy(Work.class);
    Load writes = closing(new Load(work::work), Load::stop);
    Load reads = closing(new Load(work::read), Load::stop);
    writes.awaitCalls(300);
    killed.stop(StopMode.NOW);
    writes.awaitCalls(300);
    reads.awaitCalls(300);
    writes.stop();
    reads.stop();
    assertThat(reads.failures).isEmpty();
    assertThat(writes.failures)
        .hasSizeLessThanOrEqualTo(Load.THREADS)
        .allSatisfy(failure ->
            assertThat(failure)
                .isInstanceOfSatisfying(
                    RpcException.class,
                    e -> {
                      assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
                      assertThat(e.notStarted()).isFalse();
                    }));
    assertThat(cluster.instances())
        .anySatisfy(status -> {
          assertThat(status.instance()).isEqualTo(instance);
          assertThat(status.state()).isIn(State.CONNECTING, State.EJECTED);
          assertThat(status.reason()).isNotNull();
        });
  }
}
