package io.gannet.transport;

import io.gannet.test.FakeTime;
import io.gannet.testkit.ClosingExtension;
import io.gannet.testkit.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts endpoints on free ports. Stops them after each test in reverse order, and then checks that
 * every listener has received the callbacks that {@link SessionListener} promises.
 */
final class Fixture extends ClosingExtension {

  static final Duration SOON = Duration.ofSeconds(30);

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  private final List<RecordingListener<?>> listeners = new ArrayList<>();

  /** A listener whose sessions must all have been closed properly at the end of the test. */
  RecordingListener<String> listener() {
    RecordingListener<String> listener = new RecordingListener<>();
    listeners.add(listener);
    return listener;
  }

  /** A listener that sends every message back. */
  RecordingListener<String> echo() {
    return listener().whenMessage(Session::send);
  }

  /** A gate that opens at the end of the test at the latest. */
  Gate gate() {
    return closing(new Gate());
  }

  /** A server on a free port of this machine, to be configured and started. */
  ServerBuilder<String> server() {
    return Server.tcp("127.0.0.1", 0).codec(new TextCodec());
  }

  /** A client of a server on this machine, to be configured and started. */
  ClientBuilder<String> client(int port) {
    return Client.tcp("127.0.0.1", port).codec(new TextCodec());
  }

  <M> Server<M> start(ServerBuilder<M> builder) {
    return closing(new Stop<>(builder.start())).endpoint;
  }

  <M> Client<M> start(ClientBuilder<M> builder) {
    return closing(new Stop<>(builder.start())).endpoint;
  }

  /** A socket without any framework, connected to a server. */
  RawPeer connect(Server<?> server) {
    return closing(RawPeer.connect(server.port()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    boolean failed = context.getExecutionException().isPresent();
    super.afterEach(context);
    for (RecordingListener<?> listener : listeners) {
      if (!failed) {
        listener.assertContractAfterClose();
      }
    }
    listeners.clear();
  }

  private record Stop<E extends Endpoint<?>>(E endpoint) implements AutoCloseable {
    @Override
    public void close() {
      endpoint.stop(StopMode.NOW);
    }
  }

  /**
   * A time source for an endpoint. {@code advance} returns after the I/O threads have completed all
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
}
