package io.gannet.rpc.internal.call;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the peer that were admitted on one connection: which they are, and how many, here
 * and on all connections. A call leaves the count when all work for it has ended, which may be long
 * after its caller has been answered. Thread-safe; the I/O thread adds them.
 */
final class AdmittedCalls {

  private final RpcConnection connection;
  private final int limit;

  /** Those of all connections. */
  private final RunningCalls all;

  /** Those that want a response, by their id. */
  private final Map<Long, IncomingCall> byId = new ConcurrentHashMap<>();

  /** The others, if they have a deadline. */
  private final Set<IncomingCall> oneWay = ConcurrentHashMap.newKeySet();

  /** How many run or have a response that waits for room, those without a response included. */
  private final AtomicInteger running = new AtomicInteger();

  /** As {@link #running}, but until the response has been accepted for sending. */
  private final AtomicInteger unfinished = new AtomicInteger();

  AdmittedCalls(RpcConnection connection, CallSettings settings) {
    this.connection = connection;
    this.limit = settings.limits().runningPerConnection();
    this.all = settings.running();
  }

  /** {@return how many run, or have a response that waits for room} */
  int running() {
    return running.get();
  }

  /** {@return how many have not been answered} */
  int unfinished() {
    return unfinished.get();
  }

  /** {@return whether there are as many as there may be on one connection} */
  boolean isFull() {
    return running.get() >= limit;
  }

  // ---------------------------------------------------------------- how they come

  /** A call has come, which {@link #finished} is told of whether it is admitted or not. */
  void begin() {
    unfinished.incrementAndGet();
  }

  /**
   * Counts a call among those of all connections.
   *
   * @return null if it is counted, or what there is too much of
   */
  @Nullable String enter(IncomingRequest request) {
    return all.enter(request.countedBytes());
  }

  /**
   * Adds a call that has entered.
   *
   * @return false if there is one with its id already; then it isn't counted any more
   */
  boolean add(IncomingCall call) {
    IncomingRequest request = call.request();
    if (!request.isOneWay() && byId.putIfAbsent(request.id(), call) != null) {
      all.leave(request.countedBytes());
      return false;
    }
    if (request.isOneWay() && call.deadline != Clock.NEVER) {
      oneWay.add(call);
    }
    running.incrementAndGet();
    return true;
  }

  // ---------------------------------------------------------------- which they are

  /** {@return the one with an id, if it has not ended} */
  @Nullable IncomingCall find(long id) {
    return byId.get(id);
  }

  /** {@return those that somebody waits for} */
  Collection<IncomingCall> awaited() {
    return byId.values();
  }

  /** {@return those without a response that have a deadline} */
  Collection<IncomingCall> limitedOneWay() {
    return oneWay;
  }

  // ---------------------------------------------------------------- how they go

  /** A call has ended as far as its caller is concerned, who may use the id again. */
  void forget(IncomingCall call) {
    if (call.request().isOneWay()) {
      oneWay.remove(call);
    } else {
      byId.remove(call.request().id(), call);
    }
  }

  /**
   * All work for a call has ended. If it has a response, its caller may make the next call as soon
   * as it has that: so this comes first.
   */
  void leave(IncomingRequest request) {
    running.decrementAndGet();
    all.leave(request.countedBytes());
  }

  /** A call's response has been accepted for sending, or there is none. */
  void finished() {
    unfinished.decrementAndGet();
    connection.callEnded();
  }

  /**
   * Has something sent when there is room, on a thread of its own; until then it counts as a call
   * that runs.
   *
   * @param countedBytes how many bytes of arguments it counts for
   * @param held how many more, which were counted before
   * @param sending sends it, and waits for room
   */
  void countWhile(int countedBytes, int held, Runnable sending) {
    unfinished.incrementAndGet();
    running.incrementAndGet(); // here: threads that have not begun count, too
    all.enterAgain(countedBytes);
    Thread.startVirtualThread(() -> {
      try {
        sending.run();
      } finally {
        running.decrementAndGet();
        all.leave(countedBytes + held);
        finished();
      }
    });
  }

  /**
   * Counts bytes that a running call has got beside its arguments.
   *
   * @return null if they are counted, or what there is too much of
   */
  @Nullable String hold(int bytes, String withWhat) {
    return all.hold(bytes, withWhat);
  }
}
