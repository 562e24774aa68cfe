package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The third stage of a call of this side: chooses its connection, and waits for one if there is
 * none. Behind it the call is sent, see {@link OutgoingCalls}.
 */
final class ConnectionStage {

  private final ConnectionPicker connections;
  private final Clock clock;
  private final int limit;

  /** How many asynchronous calls wait for a connection. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates the stage.
   *
   * @param connections chooses one for each call
   * @param clock tells the time
   * @param limit how many asynchronous calls may wait for a connection
   */
  ConnectionStage(ConnectionPicker connections, Clock clock, int limit) {
    this.connections = connections;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * Chooses a connection, and waits for one on this thread.
   *
   * @param call the call
   * @param attempts where its attempts go, or null if it is tried once
   * @param deadline until when at most
   * @return one that takes calls
   * @throws RpcException if there is none; says why
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
   * Has a call sent: now, or as soon as there is a connection, for which a thread of its own waits.
   *
   * @param call the call, which every failure reaches
   * @param attempts where its attempts go, or null if it is tried once
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
   * Waits for a connection on a thread that works for an asynchronous call.
   *
   * @param picking waits
   * @return what that returns
   * @throws RpcException if it throws that, or too many wait already
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
