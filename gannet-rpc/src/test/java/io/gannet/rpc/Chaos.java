package io.gannet.rpc;

import io.gannet.test.FaultProxy;
import io.gannet.test.Faults;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * Many callers of a few servers over connections that break in every way, while servers and clients
 * are drained, killed and restarted. Records the outcome of each call on both sides. Outcomes that
 * don't match are problems in the report.
 */
final class Chaos implements AutoCloseable {

  private static final int SERVERS = 2;
  private static final int CLIENTS = 4;
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  /** The argument of a call, with an id that only this call has. */
  record Token(long id, int millis, boolean stubborn, String padding) {}

  /** The token's id and padding, sent back. */
  record Echo(long id, String padding) {}

  /** An exception that both sides know. */
  static final class Known extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Known(String message) {
      super(message);
    }
  }

  interface Work {
    Echo echo(Token token);

    CompletionStage<Echo> later(Token token);

    /** Asks the caller for the echo. */
    Echo back(Token token);

    void fail(Token token);

    @OneWay
    void note(Token token);
  }

  interface Back {
    Echo back(Token token);
  }

  private final long seed;
  private final int callers;
  private final ChaosReport report;

  private final FaultProxy[] proxies = new FaultProxy[SERVERS];
  private final AtomicReferenceArray<RpcServer> servers = new AtomicReferenceArray<>(SERVERS);
  private final AtomicReferenceArray<RpcClient> clients = new AtomicReferenceArray<>(CLIENTS);

  /** All peers that were ever connected, on both sides. */
  private final Set<RpcPeer> peers = ConcurrentHashMap.newKeySet();

  /** How often the handler of each call was run. */
  private final Map<Long, Integer> runs = new ConcurrentHashMap<>();

  /** Calls that must have a result, and calls that were reported as not started. */
  private final Set<Long> succeeded = ConcurrentHashMap.newKeySet();

  private final Set<Long> notStarted = ConcurrentHashMap.newKeySet();

  /** The number of running handlers. */
  private final AtomicInteger working = new AtomicInteger();

  private volatile boolean calling = true;

  /**
   * Until then nothing is broken and late calls don't count, because much code runs for the first
   * time.
   */
  private volatile boolean warm;

  private volatile boolean breaking = true;

  Chaos(long seed, int callers, ChaosReport report) {
    this.seed = seed;
    this.callers = callers;
    this.report = report;
    for (int i = 0; i < SERVERS; i++) {
      servers.set(i, newServer());
      proxies[i] = FaultProxy.to(servers.get(i).port());
    }
    for (int i = 0; i < CLIENTS; i++) {
      clients.set(i, newClient(i));
    }
  }

  // ---------------------------------------------------------------- servers and clients

  private RpcServer newServer() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .service(Work.class, new Worker())
        .exception(Known.class, Known::new)
        .maxRunningCallsPerConnection(150)
        .compressAbove(1_000)
        .onPeer(peers::add)
        .start();
  }

  private RpcClient newClient(int number) {
    return RpcClient.over(Client.tcp("127.0.0.1", proxies[number % SERVERS].port()))
        .transport(transport ->
            transport
                .connections(2)
                .reconnect(
                    Backoff.exponential(Duration.ofMillis(10), Duration.ofMillis(200))
                        .withFullJitter()))
        .service(Back.class, token -> new Echo(token.id(), token.padding()))
        .exception(Known.class, Known::new)
        .compressAbove(1_000)
        .onConnect(peers::add)
        .connectionWait(Duration.ofMillis(500))
        .start();
  }

  /** Handles calls. */
  private final class Worker implements Work {

    private Echo work(Token token) {
      runs.merge(token.id(), 1, Integer::sum);
      working.incrementAndGet();
      try {
        sleep(token);
      } finally {
        working.decrementAndGet();
      }
      return new Echo(token.id(), token.padding());
    }

    /** Takes time. A stubborn handler ignores that its call was cancelled. */
    private void sleep(Token token) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(token.millis());
      boolean again = true;
      while (again) {
        again = false;
        try {
          TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        } catch (InterruptedException e) {
          if (!CallContext.current().orElseThrow().isCancelled()) {
            report.problem("the handler of %d was interrupted for nothing".formatted(token.id()));
          }
          again = token.stubborn();
        }
      }
    }

    @Override
    public Echo echo(Token token) {
      return work(token);
    }

    @Override
    public CompletionStage<Echo> later(Token token) {
      runs.merge(token.id(), 1, Integer::sum);
      return CompletableFuture.supplyAsync(
          () -> new Echo(token.id(), token.padding()),
          CompletableFuture.delayedExecutor(
              token.millis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread));
    }

    @Override
    public Echo back(Token token) {
      work(token);
      return CallContext.current().orElseThrow().peer().proxy(Back.class).back(token);
    }

    @Override
    public void fail(Token token) {
      work(token);
      throw new Known("" + token.id());
    }

    @Override
    public void note(Token token) {
      work(token);
    }
  }

  // ---------------------------------------------------------------- a run

  /**
   * Makes calls and breaks connections for the given time, and then waits until everything has
   * ended.
   */
  void run(Duration time) throws InterruptedException {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int number = i;
      all.add(Thread.ofVirtual().name("caller-" + i).start(() -> callOnAndOn(number)));
    }
    Thread.sleep(WARM_UP);
    warm = true;
    Thread canary = Thread.startVirtualThread(this::measureLag);
    Thread network = Thread.startVirtualThread(() -> breakConnections(new Random(seed)));
    Thread lives = Thread.startVirtualThread(() -> restart(new Random(seed + 1)));
    Thread.sleep(time);
    breaking = false;
    network.join();
    lives.join();
    calling = false;
    for (Thread caller : all) {
      if (!caller.join(Duration.ofSeconds(10))) {
        report.problem("%s hangs: %s".formatted(caller.getName(), List.of(caller.getStackTrace())));
      }
    }
    canary.join();
  }

  /**
   * A thread that isn't involved in calls. Its delay shows how late the machine makes all threads.
   */
  private void measureLag() {
    try {
      while (calling) {
        long before = System.nanoTime();
        Thread.sleep(10);
        report.lag(System.nanoTime() - before - 10_000_000);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---------------------------------------------------------------- callers

  private void callOnAndOn(int number) {
    RandomGenerator random = new Random(seed * 31 + number);
    try {
      for (long sequence = 0; calling; sequence++) {
        Thread.sleep(random.nextInt(1_000));
        call(((long) number << 32) | sequence, random);
      }
    } catch (Throwable t) {
      report.problem("caller %d has ended: %s".formatted(number, t));
    }
  }

  private void call(long id, RandomGenerator random) throws InterruptedException {
    RpcClient client = clients.get(random.nextInt(CLIENTS));
    int timeout = random.nextInt(20) == 0 ? 1 + random.nextInt(10) : 50 + random.nextInt(950);
    int millis = random.nextInt(200);
    String padding = "x".repeat(random.nextInt(10) == 0 ? random.nextInt(20_000) : 10);
    Token token = new Token(id, millis, random.nextInt(10) == 0, padding);
    Work work =
        client.proxy(Work.class, CallOptions.defaults().withTimeout(Duration.ofMillis(timeout)));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
    int kind = random.nextInt(100);
    if (kind < 40) {
      blocking("echo", token, deadline, () -> work.echo(token));
    } else if (kind < 50) {
      blocking("call back", token, deadline, () -> work.back(token));
    } else if (kind < 60) {
      failing(token, deadline, work);
    } else if (kind < 70) {
      interrupted(token, deadline, work, random.nextInt(50));
    } else if (kind < 85) {
      staged(token, deadline, work);
    } else if (kind < 95) {
      cancelled(token, deadline, work, random.nextInt(50));
    } else {
      oneWay(token, deadline, work);
    }
  }

  private interface Call {
    Echo call();
  }

  private void blocking(String kind, Token token, long deadline, Call call) {
    try {
      Echo echo = call.call();
      success(kind, token, echo);
    } catch (RpcException e) {
      failure(kind, token, e);
    }
    ended(kind, token, deadline);
  }

  private void failing(Token token, long deadline, Work work) {
    try {
      work.fail(token);
      report.problem("%d has not failed".formatted(token.id()));
    } catch (Known e) {
      success("failure", token, new Echo(Long.parseLong(e.getMessage()), token.padding()));
    } catch (RpcException e) {
      failure("failure", token, e);
    }
    ended("failure", token, deadline);
  }

  private void interrupted(Token token, long deadline, Work work, int after)
      throws InterruptedException {
    Thread caller = Thread.currentThread();
    Thread interrupter =
        Thread.startVirtualThread(() -> {
          try {
            Thread.sleep(after);
            caller.interrupt();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    blocking("interrupted", token, deadline, () -> work.echo(token));
    boolean wasInterrupted = Thread.interrupted();
    while (interrupter.isAlive()) {
      try {
        interrupter.join();
      } catch (InterruptedException e) {
        wasInterrupted = true; // it came after the call
      }
    }
    wasInterrupted |= Thread.interrupted();
    if (!wasInterrupted) {
      report.problem("the interrupt of the caller of %d was swallowed".formatted(token.id()));
    }
  }

  private void staged(Token token, long deadline, Work work) throws InterruptedException {
    await("stage", token, deadline, work.later(token).toCompletableFuture());
  }

  private void cancelled(Token token, long deadline, Work work, int after)
      throws InterruptedException {
    CompletableFuture<Echo> stage = work.later(token).toCompletableFuture();
    Thread.sleep(after);
    stage.cancel(true);
    await("cancelled", token, deadline, stage);
  }

  private void await(String kind, Token token, long deadline, CompletableFuture<Echo> stage)
      throws InterruptedException {
    AtomicInteger ends = new AtomicInteger();
    CompletableFuture<Echo> seen = stage.whenComplete((echo, failure) -> ends.incrementAndGet());
    try {
      success(kind, token, seen.get(10, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      report.problem("%s %d hangs".formatted(kind, token.id()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RpcException failure) {
        failure(kind, token, failure);
      } else if (stage.isCancelled()) {
        report.call(kind, "cancelled");
      } else {
        report.problem("%s %d has failed: %s".formatted(kind, token.id(), e.getCause()));
      }
    }
    if (ends.get() != 1) {
      report.problem("%s %d has ended %d times".formatted(kind, token.id(), ends.get()));
    }
    ended(kind, token, deadline);
  }

  private void oneWay(Token token, long deadline, Work work) {
    try {
      work.note(token);
      report.call("one-way", "sent");
    } catch (RpcException e) {
      failure("one-way", token, e);
    }
    ended("one-way", token, deadline);
  }

  // ---------------------------------------------------------------- what becomes of calls

  private void success(String kind, Token token, Echo echo) {
    if (echo == null || echo.id() != token.id() || !echo.padding().equals(token.padding())) {
      report.problem("%s %d got the result of another: %s".formatted(kind, token.id(), echo));
    }
    succeeded.add(token.id());
    report.call(kind, "ok");
  }

  private void failure(String kind, Token token, RpcException failure) {
    boolean foreseen =
        switch (failure.code()) {
          case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> true;
          case CANCELLED -> kind.equals("interrupted") || kind.equals("call back");
          default -> false;
        };
    if (!foreseen) {
      report.problem("%s %d has failed: %s".formatted(kind, token.id(), failure));
    }
    if (failure.notStarted()) {
      notStarted.add(token.id());
    }
    report.call(kind, failure.code() + (failure.notStarted() ? ", not started" : ""));
  }

  private void ended(String kind, Token token, long deadline) {
    if (!warm) {
      return;
    }
    long late = System.nanoTime() - deadline;
    report.late(late);
    if (late > TimeUnit.SECONDS.toNanos(1) + report.machineLag().toNanos()) {
      report.problem(
          "%s %d has ended %,d ms after its deadline"
              .formatted(kind, token.id(), late / 1_000_000));
    }
  }

  // ---------------------------------------------------------------- what breaks

  private void breakConnections(Random random) {
    try {
      while (breaking) {
        Thread.sleep(random.nextInt(150));
        breakOne(proxies[random.nextInt(SERVERS)], random);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void breakOne(FaultProxy proxy, Random random) throws InterruptedException {
    Faults direction = random.nextBoolean() ? proxy.toServer() : proxy.toClient();
    int hold = 50 + random.nextInt(250);
    switch (random.nextInt(8)) {
      case 0 -> {
        report.fault("all connections reset");
        proxy.resetConnections();
      }
      case 1, 2 -> {
        report.fault("one connection reset");
        List<FaultProxy.Connection> connections = proxy.connections();
        if (!connections.isEmpty()) {
          connections.get(random.nextInt(connections.size())).reset();
        }
      }
      case 3 -> {
        report.fault("bytes delayed");
        direction.delay(Duration.ofMillis(1 + random.nextInt(20)));
        Thread.sleep(hold);
        direction.delay(Duration.ZERO);
      }
      case 4 -> {
        report.fault("bytes in small pieces");
        direction.split(1 + random.nextInt(100));
        Thread.sleep(hold);
        direction.split(0);
      }
      case 5 -> {
        report.fault("bytes held back");
        direction.stall(true);
        Thread.sleep(hold);
        direction.stall(false);
      }
      case 6 -> {
        report.fault("cable cut");
        direction.drop(true);
        Thread.sleep(hold);
        direction.drop(false);
        proxy.resetConnections(); // some bytes are missing
      }
      default -> {
        report.fault("connections refused");
        proxy.refuse(true);
        proxy.resetConnections();
        Thread.sleep(hold);
        proxy.refuse(false);
      }
    }
  }

  private void restart(Random random) {
    try {
      while (breaking) {
        Thread.sleep(200 + random.nextInt(800));
        StopMode mode = random.nextInt(3) == 0 ? StopMode.NOW : StopMode.DRAIN_AND_WAIT;
        String how = mode == StopMode.NOW ? "killed" : "drained";
        if (random.nextInt(3) == 0) {
          int number = random.nextInt(CLIENTS);
          report.fault("client " + how);
          clients.getAndSet(number, newClient(number)).stop(mode, GRACE);
        } else {
          int number = random.nextInt(SERVERS);
          report.fault("server " + how);
          RpcServer old = servers.getAndSet(number, newServer());
          proxies[number].redirect(servers.get(number).port());
          old.stop(mode, GRACE);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---------------------------------------------------------------- what is left

  /** {@return the number of calls that a connection knows or a handler runs} */
  int leftOver() {
    return working.get()
        + peers.stream()
            .mapToInt(peer -> peer.stats().callsPending() + peer.stats().callsRunning())
            .sum();
  }

  /** Compares the outcomes that callers have seen with those of the handlers. */
  void compare() {
    runs.forEach((id, count) -> {
      if (count > 1) {
        report.problem("the handler of %d was run %d times".formatted(id, count));
      }
    });
    for (long id : succeeded) {
      if (!runs.containsKey(id)) {
        report.problem("%d has a result, and its handler was not run".formatted(id));
      }
    }
    for (long id : notStarted) {
      if (runs.containsKey(id)) {
        report.problem("%d was said not to have been started, and was".formatted(id));
      }
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < CLIENTS; i++) {
      clients.get(i).stop(StopMode.DRAIN_AND_WAIT, GRACE);
    }
    for (int i = 0; i < SERVERS; i++) {
      servers.get(i).stop(StopMode.DRAIN_AND_WAIT, GRACE);
      proxies[i].close();
    }
  }
}
