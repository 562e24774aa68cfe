package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import io.gannet.discovery.spi.WatchListener;
import io.gannet.test.FakeTime;
import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A driver whose requests the test answers, or that answers all of them itself. */
final class ScriptedDriver implements RegistryDriver, RegistryDriverProvider {

  /** A request that waits for its answer. */
  record Request(String what, CompletableFuture<Void> answer) {}

  /** A watch that waits for its list or receives changes. */
  record Watched(String service, WatchListener listener, CompletableFuture<Void> closed) {

    void listed(Map<String, byte[]> entries) {
      entries.forEach(listener::entry);
      listener.listed();
    }
  }

  final FakeTime time = FakeTime.create();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final List<Watched> watches = new CopyOnWriteArrayList<>();
  final Set<EntryKey> held = new HashSet<>();
  private final Map<EntryKey, byte[]> values = new ConcurrentHashMap<>();
  private final boolean answers;
  private RegistryCore core;
  private DefaultRegistry registry;

  /**
   * Creates a driver.
   *
   * @param answers whether it answers requests by itself
   */
  ScriptedDriver(boolean answers) {
    this.answers = answers;
  }

  DefaultRegistry open(RegistryOptions options) {
    core = new RegistryCore(RegistryUri.parse("scripted:"), options.withTime(source()), this);
    core.start();
    registry = new DefaultRegistry(core);
    return registry;
  }

  RegistryCore core() {
    return core;
  }

  /** {@return a time whose advance waits for the registry's thread} */
  private TimeSource source() {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return time.nanoTime();
      }

      @Override
      public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
        return time.schedule(
            () -> {
              try {
                thread.submit(task).get(10, TimeUnit.SECONDS);
              } catch (RejectedExecutionException e) {
                // The registry is closed.
              } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
              }
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
      }
    };
  }

  /** Runs an action on the registry's thread, and waits for all tasks that follow from it there. */
  void run(Runnable task) {
    await(task);
    settle();
  }

  void settle() {
    // Tasks submitted by one task run before the next of these.
    for (int i = 0; i < 5; i++) {
      await(() -> {});
    }
  }

  private void await(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    core.execute(() -> {
      task.run();
      done.complete(null);
    });
    done.orTimeout(10, TimeUnit.SECONDS).join();
  }

  void advance(Duration by) {
    settle();
    time.advance(by);
    settle();
  }

  void connect(String session) {
    run(() -> core.connected(session));
  }

  void disconnect() {
    run(() -> core.disconnected(new IllegalStateException("cut")));
  }

  /** Answers the oldest request. */
  void succeed() {
    settle();
    Request request = requests.removeFirst();
    request.answer().complete(null);
    settle();
  }

  /** Lets the oldest request fail. */
  void fail() {
    settle();
    requests.removeFirst().answer().completeExceptionally(new IllegalStateException("refused"));
    settle();
  }

  List<String> asked() {
    settle();
    return requests.stream().map(Request::what).toList();
  }

  private CompletionStage<Void> ask(String what) {
    Request request = new Request(what, new CompletableFuture<>());
    if (answers) {
      request.answer().complete(null);
    } else {
      requests.add(request);
    }
    return request.answer();
  }

  @Override
  public void start() {}

  @Override
  public CompletionStage<Void> put(EntryKey key, byte[] value) {
    values.put(key, value);
    return ask("put " + key.id() + " " + InstanceJson.decode(key, value).weight());
  }

  @Override
  public CompletionStage<Void> remove(EntryKey key) {
    return ask("remove " + key.id());
  }

  @Override
  public CompletionStage<Map<EntryKey, byte[]>> held() {
    return ask("held")
        .thenApply(nothing -> {
          Map<EntryKey, byte[]> now = new HashMap<>();
          held.forEach(key -> now.put(key, values.getOrDefault(key, new byte[0])));
          return now;
        });
  }

  @Override
  public Watch watch(String service, WatchListener listener) {
    Watched watched = new Watched(service, listener, new CompletableFuture<>());
    watches.add(watched);
    return () -> watched.closed().complete(null);
  }

  @Override
  public CompletionStage<Collection<String>> services() {
    return ask("services").thenApply(nothing -> List.of());
  }

  @Override
  public void close() {}

  @Override
  public Set<String> schemes() {
    return Set.of("scripted");
  }

  @Override
  public RegistryDriver create(RegistryUri uri, DriverContext context) {
    return this;
  }
}
