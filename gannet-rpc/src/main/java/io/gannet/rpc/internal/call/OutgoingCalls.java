package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls that this side makes on one connection. Thread-safe.
 *
 * <p>A call is in {@link #pending} from before it is sent until it has ended, and who removes it
 * from there ends it: its response, its deadline, its caller, or the end of the connection. Who
 * adds a call looks afterwards whether the connection is still usable, and the end of the
 * connection removes all calls after it has made the connection unusable: none is left.
 */
final class OutgoingCalls {

  private final RpcConnection connection;
  private final ReentrantLock pendingLock = new ReentrantLock();

  /** Made with the first call, under the lock, because many connections have none. */
  private volatile @Nullable PendingCalls pending;

  private final AtomicLong sent = new AtomicLong();

  /**
   * How many responses came that no call waits for. Written by the I/O thread; who reads it on
   * another may see it a little later.
   */
  private long unexpectedResponses;

  OutgoingCalls(RpcConnection connection) {
    this.connection = connection;
  }

  /** {@return how many wait for their response} */
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
   * Sends a call. When this returns, the call ends by itself: with its response, its deadline or
   * the connection. Waits for room in the outbound queue.
   *
   * @throws RpcException if it can't be sent; then the call ends in no other way
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
      } catch (Throwable t) { // of a value that can't even be written
        if (calls.remove(call)) {
          connection.callEnded();
        }
        throw t;
      }
    }
    if (failure == null) {
      sent.incrementAndGet();
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
   * Forgets a call whose caller doesn't wait for it any more, and tells the peer.
   *
   * @return whether the call had not ended before
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

  /** Tells the peer. If there is no room for that, the call's deadline will, unless it has none. */
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

  // ---------------------------------------------------------------- how calls end

  /** A response has come. Called on the I/O thread. */
  void received(Frame.Response response) {
    OutgoingCall call = remove(response.id());
    if (call != null) {
      call.respond(response);
      connection.callEnded();
    }
  }

  /** A response has come that can't be read. Called on the I/O thread. */
  void receivedMalformed(long id, String why) {
    OutgoingCall call = remove(id);
    if (call != null) {
      call.fail(new RpcException(RpcCode.INTERNAL, "the response is not well-formed: " + why));
      connection.callEnded();
    }
  }

  /** A reply begins; returns whether that is of any use. On the I/O thread. */
  boolean received(Frame.ReplyBegins begins) {
    OutgoingCall call = find(begins.id());
    return call != null && call.begins(begins.metadata());
  }

  /** An item of a result has come; returns whether it is of any use. On the I/O thread. */
  boolean received(Frame.StreamItem item) {
    ReceivedStream results = results(item.id());
    return results != null && results.receive(item);
  }

  /** An item has come that can't be read; returns whether anybody cares. On the I/O thread. */
  boolean receivedMalformedItem(long id, String why) {
    ReceivedStream results = results(id);
    return results != null && results.receiveMalformed(why);
  }

  private @Nullable ReceivedStream results(long id) {
    return find(id) instanceof StreamingCall call ? call.resultsIfAny() : null;
  }

  /** More arguments may be sent; returns whether that is of any use. On the I/O thread. */
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

  /** Ends the calls whose time is over; returns the next deadline. */
  long removeExpired(long now) {
    PendingCalls calls = pending;
    if (calls == null) {
      return Clock.NEVER;
    }
    List<OutgoingCall> expired = new ArrayList<>();
    long next = calls.removeExpired(now, expired::add);
    if (!expired.isEmpty()) {
      expired.forEach(this::expire);
      // Sending may have to wait for somebody who writes a value, and this thread is everybody's.
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

  /** Ends all calls; the connection is unusable already. */
  void failAll(RpcException failure) {
    PendingCalls calls;
    pendingLock.lock(); // somebody may be about to make them
    try {
      calls = pending;
    } finally {
      pendingLock.unlock();
    }
    if (calls != null) {
      calls.removeAll(call -> call.fail(failure));
    }
  }
}
