package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.test.FakeTime;
import io.gannet.testkit.ClosingExtension;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts servers and clients. After each test, checks that no call is left, and then stops them in
 * reverse order.
 */
final class Fixture extends ClosingExtension {

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  private final List<RpcServer> servers = new ArrayList<>();
  private final List<RpcClient> clients = new ArrayList<>();

  /** A latch that opens at the end of the test at the latest. */
  CountDownLatch gate() {
    CountDownLatch gate = new CountDownLatch(1);
    closing(gate::countDown);
    return gate;
  }

  RpcServerBuilder server() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0));
  }

  RpcClientBuilder client(RpcServer server) {
    return RpcClient.over(Client.tcp("127.0.0.1", server.port()));
  }

  RpcServer start(RpcServerBuilder builder) {
    RpcServer server = builder.start();
    servers.add(server);
    closing(() -> server.stop(StopMode.NOW));
    return server;
  }

  RpcClient start(RpcClientBuilder builder) {
    RpcClient client = builder.start();
    clients.add(client);
    closing(() -> client.stop(StopMode.NOW));
    return client;
  }

  RpcCluster start(RpcClusterBuilder builder) {
    RpcCluster cluster = builder.start();
    clients.add(cluster);
    closing(() -> cluster.stop(StopMode.NOW));
    return cluster;
  }

  /** Where a server is. */
  static Instance instance(String service, String id, RpcServer server) {
    return Instance.of(service, "tcp", "127.0.0.1:" + server.port()).withId(id);
  }

  /** A server that offers one service, and a client of it. */
  <T> T proxy(Class<T> type, T implementation) {
    RpcServer server = start(server().service(type, implementation));
    return start(client(server)).proxy(type);
  }

  /** A socket without any framework, connected to a server. */
  RawPeer connect(RpcServer server) {
    return closing(RawPeer.connect(server.port()));
  }

  /** Waits for the gate; for slow handlers. */
  static void await(CountDownLatch gate) throws InterruptedException {
    if (!gate.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody has opened the gate");
    }
  }

  /**
   * A time source for an endpoint. {@code advance} returns after the threads have completed all
   * tasks that were due, so that tests need not wait.
   */
  static TimeSource timeOf(FakeTime time) {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return time.nanoTime();
      }

      @Override
      public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
        Runnable handOver =
            () -> {
              try {
                thread.submit(task).get(10, TimeUnit.SECONDS);
              } catch (RejectedExecutionException e) {
                // The thread has ended, so that it has no task that is due.
              } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
              }
            };
        return time.schedule(handOver, delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isEmpty()) {
      Awaitility.await()
          .untilAsserted(() -> {
            for (RpcClient client : clients) {
              assertThat(client.connections()).allSatisfy(Fixture::assertNothingIsLeft);
            }
            for (RpcServer server : servers) {
              assertThat(server.peers()).allSatisfy(Fixture::assertNothingIsLeft);
            }
          });
    }
    super.afterEach(context);
    servers.clear();
    clients.clear();
  }

  private static void assertNothingIsLeft(RpcPeer peer) {
    RpcStats stats = peer.stats();
    assertThat(stats.callsPending()).as("pending calls of %s", peer).isZero();
    assertThat(stats.callsRunning()).as("running calls of %s", peer).isZero();
  }
}
