package io.gannet.rpc.internal.call;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The admitted calls of the peer on one connection, and their number on this connection and on all
 * connections. A call counts until all work for it has ended, which may be long after its response.
 * Thread-safe; the I/O thread adds calls.
 */
final class AdmittedCalls {

  private final RpcConnection connection;
  private final int limit;

  /** The calls of all connections. */
  private final EndpointCallCounts all;

  /** The calls with a response, by id. */
  private final Map<Long, IncomingCall> byId = new ConcurrentHashMap<>();

  /** The calls without a response that have a deadline. */
  private final Set<IncomingCall> oneWay = ConcurrentHashMap.newKeySet();

  /**
   * The number of calls that run or whose response waits for room, including those without a
   * response.
   */
  private final AtomicInteger running = new AtomicInteger();

  /** Like {@link #running}, but a call counts until its response has been accepted for sending. */
  private final AtomicInteger unfinished = new AtomicInteger();

  AdmittedCalls(RpcConnection connection, CallSettings settings) {
    this.connection = connection;
    this.limit = settings.limits().runningPerConnection();
    this.all = settings.running();
  }

  /** {@return the number of calls that run or whose response waits for room} */
  int running() {
    return running.get();
  }

  /** {@return the number of unanswered calls} */
  int unfinished() {
    return unfinished.get();
  }

  /** {@return whether the limit per connection is reached} */
  boolean isFull() {
    return running.get() >= limit;
  }

  // ---------------------------------------------------------------- how they come

  /**
   * Called when a call has arrived. {@link #finished} must follow, whether the call is admitted or
   * not.
   */
  void begin() {
    unfinished.incrementAndGet();
  }

  /**
   * Counts a call for the limits of all connections.
   *
   * @return null if it is counted, otherwise the exceeded limit
   */
  @Nullable String enter(IncomingRequest request) {
    return all.enter(request.countedBytes());
  }

  /**
   * Adds a call that has been counted.
   *
   * @return false if a call with its id exists; then it no longer counts
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

  /** {@return the call with an id, if it has not ended} */
  @Nullable IncomingCall find(long id) {
    return byId.get(id);
  }

  /** {@return the calls with a response} */
  Collection<IncomingCall> awaited() {
    return byId.values();
  }

  /** {@return the calls without a response that have a deadline} */
  Collection<IncomingCall> limitedOneWay() {
    return oneWay;
  }

  // ---------------------------------------------------------------- how they go

  /** Called when a call has ended for its caller, who may then reuse the id. */
  void forget(IncomingCall call) {
    if (call.request().isOneWay()) {
      oneWay.remove(call);
    } else {
      byId.remove(call.request().id(), call);
    }
  }

  /**
   * Called when all work for a call has ended. If the call has a response, this comes before it,
   * because the caller may then start the next call.
   */
  void leave(IncomingRequest request) {
    running.decrementAndGet();
    all.leave(request.countedBytes());
  }

  /** Called when a call's response has been accepted for sending, or there is none. */
  void finished() {
    unfinished.decrementAndGet();
    connection.callEnded();
  }

  /**
   * Sends a response on its own thread when there is room. Until then it counts as a running call.
   *
   * @param countedBytes the counted bytes of its arguments
   * @param held additional bytes that were counted before
   * @param sending sends the response, and waits for room
   */
  void countWhile(int countedBytes, int held, Runnable sending) {
    unfinished.incrementAndGet();
    running.incrementAndGet(); // here, so that threads that haven't started count
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
   * Counts bytes that a running call holds in addition to its arguments.
   *
   * @return null if they are counted, otherwise the exceeded limit
   */
  @Nullable String hold(int bytes, String withWhat) {
    return all.hold(bytes, withWhat);
  }
}
