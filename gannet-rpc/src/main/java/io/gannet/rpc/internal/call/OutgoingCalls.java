package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing calls on one connection. Thread-safe.
 *
 * <p>A call is in {@link #pending} from before it is sent until it has ended. Its response, its
 * deadline, its caller or the end of the connection removes it; the one that removes it ends it.
 * The end of the connection is noted first, and then removes the calls that have been sent. A
 * thread that has sent a call then checks whether the end has been noted. So no call is left, and a
 * call that could not be sent any more fails as not started.
 */
final class OutgoingCalls {

  private final RpcConnection connection;
  private final ReentrantLock pendingLock = new ReentrantLock();

  /** Created with the first call, under the lock, because many connections have no calls. */
  private volatile @Nullable PendingCalls pending;

  private final AtomicLong sent = new AtomicLong();

  /** The failure of each sent call since the connection has ended; null before. */
  private volatile @Nullable Function<OutgoingCall, RpcException> ended;

  /**
   * The number of responses without a waiting call. Written by the I/O thread; other threads may
   * see old values.
   */
  private long unexpectedResponses;

  OutgoingCalls(RpcConnection connection) {
    this.connection = connection;
  }

  /** {@return the number of calls that wait for their response} */
  int pending() {
    PendingCalls calls = pending;
    return calls == null ? 0 : calls.size();
  }

  long sent() {
    return sent.get();
  }

  long unexpectedResponses() {
    return unexpectedResponses;
  }

  private PendingCalls calls() {
    PendingCalls calls = pending;
    if (calls != null) {
      return calls;
    }
    pendingLock.lock();
    try {
      calls = pending;
      if (calls == null) {
        calls = new PendingCalls(connection.terms().maxCalls());
        pending = calls;
      }
      return calls;
    } finally {
      pendingLock.unlock();
    }
  }

  /**
   * Sends a call. When this method returns, the call will end with its response, its deadline or
   * the connection. Waits for room in the outbound queue.
   *
   * @throws RpcException if it can't be sent; then the call doesn't end in another way
   */
  void start(OutgoingCall call) {
    PendingCalls calls = calls();
    if (!calls.add(call)) {
      throw notSent(
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls wait for their response on %s already (setting maxPendingCalls, or the peer's maxRunningCallsPerConnection)"
              .formatted(calls.size(), connection));
    }
    RpcException failure = null;
    if (call.streams() != Frame.Streams.NONE && connection.terms().window() == null) {
      failure =
          notSent(
              RpcCode.UNIMPLEMENTED,
              "%s has a stream, and %s knows none: it speaks an older version of the protocol, or one that has no streams"
                  .formatted(call.call.path(), connection));
    } else if (!connection.isUsable()) {
      failure = connection.sender().lost(null, true);
    } else {
      call.nanos = connection.clock().left(call.deadline);
      connection.noteDeadline(call.deadline);
      try {
        connection.sender().sendRequest(call.call, call.id, false, call.deadline);
      } catch (RpcException e) {
        failure = e;
      } catch (Throwable t) { // the value can't be encoded
        if (calls.remove(call)) {
          connection.callEnded();
        }
        throw t;
      }
    }
    if (failure == null) {
      sent.incrementAndGet();
      call.isSent = true;
      Function<OutgoingCall, RpcException> end = ended;
      if (end != null && calls.remove(call)) {
        call.fail(end.apply(call));
      }
    } else if (calls.remove(call)) {
      connection.callEnded();
      throw failure;
    }
  }

  /**
   * Sends a call without a response. Waits for room in the outbound queue.
   *
   * @throws RpcException if it can't be sent
   */
  void startOneWay(Invocation call, long deadline) {
    if (!connection.isUsable()) {
      throw connection.sender().lost(null, true);
    }
    connection.sender().sendRequest(call, 0, true, deadline);
    sent.incrementAndGet();
  }

  private static RpcException notSent(RpcCode code, String why) {
    return new RpcException(code, "not sent: " + why, null, null, Map.of(), true);
  }

  /**
   * Removes a call whose caller no longer waits, and tells the peer.
   *
   * @return false if the call had ended before
   */
  boolean abandon(OutgoingCall call) {
    PendingCalls calls = pending;
    if (calls == null || !calls.remove(call)) {
      return false;
    }
    cancel(call);
    connection.callEnded();
    return true;
  }

  /** Sends a cancel. If there is no room, the peer relies on the call's deadline, if it has one. */
  private void cancel(OutgoingCall call) {
    if (!connection.wire().cancels()) {
      return;
    }
    Frame cancel = new Frame.Cancel(call.id);
    if (call.deadline == Clock.NEVER) {
      connection.sender().tell(cancel);
    } else {
      connection.sender().tryTell(cancel);
    }
  }

  // ---------------------------------------------------------------- the end of calls

  /** Called on the I/O thread when a response has arrived. */
  void received(Frame.Response response) {
    OutgoingCall call = remove(response.id());
    if (call != null) {
      call.respond(response);
      connection.callEnded();
    }
  }

  /** Called on the I/O thread when a response can't be read. */
  void receivedMalformed(Frame.Malformed response) {
    OutgoingCall call = remove(response.id());
    if (call != null) {
      call.fail(
          response.code() == RpcCode.RESOURCE_EXHAUSTED
              ? new RpcException(response.code(), response.text())
              : new RpcException(
                  RpcCode.INTERNAL, "the response is not well-formed: " + response.text()));
      connection.callEnded();
    }
  }

  /** Called on the I/O thread when a reply begins. Returns whether it was expected. */
  boolean received(Frame.ReplyBegins begins) {
    OutgoingCall call = find(begins.id());
    return call != null && call.begins(begins.metadata());
  }

  /** Receives an item of a result on the I/O thread. Returns whether it was used. */
  boolean received(Frame.StreamItem item) {
    ReceivedStream results = results(item.id());
    return results != null && results.receive(item);
  }

  /** Called on the I/O thread when an item can't be read. Returns whether its call exists. */
  boolean receivedMalformedItem(Frame.Malformed item) {
    ReceivedStream results = results(item.id());
    return results != null && results.receiveMalformed(item);
  }

  private @Nullable ReceivedStream results(long id) {
    return find(id) instanceof StreamingCall call ? call.resultsIfAny() : null;
  }

  /** Receives credit for arguments on the I/O thread. Returns whether it was used. */
  boolean received(Frame.Credit credit) {
    return find(credit.id()) instanceof StreamingCall call
        && call.credit(credit.items(), credit.bytes());
  }

  private @Nullable OutgoingCall find(long id) {
    PendingCalls calls = pending;
    return calls == null ? null : calls.find(id);
  }

  private @Nullable OutgoingCall remove(long id) {
    PendingCalls calls = pending;
    OutgoingCall call = calls == null ? null : calls.remove(id);
    if (call == null) {
      unexpectedResponses++;
    }
    return call;
  }

  /** Ends the calls whose deadline has passed. Returns the next deadline. */
  long removeExpired(long now) {
    PendingCalls calls = pending;
    if (calls == null) {
      return Clock.NEVER;
    }
    List<OutgoingCall> expired = new ArrayList<>();
    long next = calls.removeExpired(now, expired::add);
    if (!expired.isEmpty()) {
      expired.forEach(this::expire);
      // Sending may have to wait until another thread has encoded a value, and this thread must not
      // wait.
      Thread.startVirtualThread(() -> expired.forEach(this::cancel));
    }
    return next;
  }

  private void expire(OutgoingCall call) {
    call.fail(
        new RpcException(
            RpcCode.DEADLINE_EXCEEDED,
            "no response to %s within %s from %s"
                .formatted(call.call.path(), Clock.text(call.nanos), connection)));
    connection.callEnded();
  }

  /**
   * Called when the connection, which is already unusable, has ended. Fails all sent calls. The
   * others fail on the threads that send them.
   *
   * @param failure returns the failure of a call; called on any thread
   */
  void failAll(Function<OutgoingCall, RpcException> failure) {
    ended = failure;
    PendingCalls calls;
    pendingLock.lock(); // another thread may be creating the set
    try {
      calls = pending;
    } finally {
      pendingLock.unlock();
    }
    if (calls != null) {
      calls.removeSent(call -> call.fail(failure.apply(call)));
    }
  }
}
