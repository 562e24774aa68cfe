package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The third stage of an outgoing call: chooses its connection, and waits until there is one. Then
 * the call is sent, see {@link OutgoingCalls}.
 */
final class ConnectionStage {

  private final ConnectionPicker connections;
  private final Clock clock;
  private final int limit;

  /** The number of asynchronous calls that wait for a connection. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates the stage.
   *
   * @param connections chooses the connection of each call
   * @param clock the clock
   * @param limit the maximum number of asynchronous calls that wait for a connection
   */
  ConnectionStage(ConnectionPicker connections, Clock clock, int limit) {
    this.connections = connections;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * Chooses a connection, and waits for one on the current thread.
   *
   * @param call the call
   * @param attempts the attempts of the call, or null if it is tried once
   * @param deadline the end of the wait
   * @return a connection that accepts calls
   * @throws RpcException if there is none, with the reason
   */
  RpcConnection connect(Invocation call, @Nullable Attempts attempts, long deadline) {
    RpcConnection connection = tryConnect(call, attempts);
    if (connection != null) {
      return connection;
    }
    return attempts != null ? attempts.pick(deadline) : connections.pick(call, clock, deadline);
  }

  private @Nullable RpcConnection tryConnect(Invocation call, @Nullable Attempts attempts) {
    return attempts != null ? attempts.tryPick() : connections.tryPick(call);
  }

  /**
   * Sends a call, now or as soon as there is a connection, for which a separate thread waits.
   *
   * @param call the call; all failures are delivered to it
   * @param attempts the attempts of the call, or null if it is tried once
   */
  void send(DetachedCall call, @Nullable Attempts attempts) {
    try {
      RpcConnection connection = tryConnect(call.call, attempts);
      if (connection != null) {
        call.sendOn(connection);
      } else {
        waitFor(call, attempts);
      }
    } catch (Throwable t) {
      call.notSent(t);
    }
  }

  private void waitFor(DetachedCall call, @Nullable Attempts attempts) {
    enter();
    Runnable task =
        () -> {
          try {
            call.sendOn(connect(call.call, attempts, call.deadline));
          } catch (Throwable t) {
            call.notSent(t);
          }
        };
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                call.call.context().run(task);
              } finally {
                waiting.decrementAndGet();
              }
            });
    call.waitsOn(thread);
    thread.start();
  }

  /**
   * Waits for a connection on the thread of an asynchronous call.
   *
   * @param picking waits for the connection
   * @return the connection
   * @throws RpcException if there is none, or too many calls are already waiting
   */
  RpcConnection waitFor(Supplier<RpcConnection> picking) {
    enter();
    try {
      return picking.get();
    } finally {
      waiting.decrementAndGet();
    }
  }

  private void enter() {
    if (waiting.incrementAndGet() > limit) {
      waiting.decrementAndGet();
      throw new RpcException(
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls wait for a connection of %s already (setting maxPendingCalls)"
              .formatted(limit, connections.describe()),
          null,
          null,
          Map.of(),
          true);
    }
  }
}
