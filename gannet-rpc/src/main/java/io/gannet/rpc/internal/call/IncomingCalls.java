package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.Frame;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The incoming calls on one connection. They arrive on the I/O thread, which rejects them at once
 * or starts them on virtual threads. Later frames are passed to their calls.
 */
final class IncomingCalls {

  private final RpcConnection connection;
  private final CallSettings settings;
  private final AdmittedCalls admitted;
  private final Responder responder;

  // Written by the I/O thread; other threads may see old values.
  private long received;
  private long refused;

  IncomingCalls(RpcConnection connection, CallSettings settings) {
    this.connection = connection;
    this.settings = settings;
    this.admitted = new AdmittedCalls(connection, settings);
    this.responder = new Responder(connection, settings, admitted);
  }

  int running() {
    return admitted.running();
  }

  /** {@return the number of unanswered calls} */
  int unfinished() {
    return admitted.unfinished();
  }

  long received() {
    return received;
  }

  long refused() {
    return refused;
  }

  // ---------------------------------------------------------------- on the I/O thread

  /** Called when a call has arrived. */
  void received(Frame.Request request) {
    received(request, null);
  }

  /**
   * Called when a call has arrived.
   *
   * @param refusal the failure after the interceptors, without a handler; null if there is none
   */
  private void received(Frame.Request request, @Nullable RpcException refusal) {
    received++;
    // A call is counted before the check whether calls are rejected. A drain does this in the
    // opposite order, so that it doesn't end while a call is being accepted.
    admitted.begin();
    if (!accept(request, refusal)) {
      admitted.finished();
    }
  }

  /** Starts a call or rejects it. Returns whether it was started. */
  private boolean accept(Frame.Request frame, @Nullable RpcException refusal) {
    if (!connection.takesCalls()) {
      return refuse(frame, RpcCode.UNAVAILABLE, "the peer is draining and accepts no more calls");
    }
    Services.Handler handler = settings.services().find(frame.method(), frame.payload().encoding());
    RpcException missing = refusal == null ? missing(handler, frame) : refusal;
    if (missing != null) {
      if (settings.incoming().isEmpty()) {
        return refuse(
            frame, missing.code(), String.valueOf(missing.getMessage()), missing.details());
      }
      handler = null; // reported only after the interceptors have passed the call
    }
    if (admitted.isFull()) {
      return refuse(
          frame,
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls run for this connection already (setting maxRunningCallsPerConnection)"
              .formatted(settings.limits().runningPerConnection()));
    }
    IncomingRequest request = new IncomingRequest(connection, frame, handler, missing);
    String full = admitted.enter(request);
    if (full != null) {
      return refuse(frame, RpcCode.RESOURCE_EXHAUSTED, full);
    }
    IncomingCall call = new IncomingCall(connection, admitted, responder, request);
    if (!admitted.add(call)) {
      return refuse(frame, RpcCode.INVALID_ARGUMENT, "there is a call with this id already");
    }
    if (missing != null) {
      refused++;
    }
    connection.noteDeadline(call.deadline);
    Thread.startVirtualThread(new HandlerCall(connection, call));
    return true;
  }

  /** {@return why no handler exists for a call, or null if {@code handler} exists} */
  private @Nullable RpcException missing(
      Services.@Nullable Handler handler, Frame.Request request) {
    if (handler != null) {
      String mismatch = mismatch(handler.shape(), request);
      return mismatch == null ? null : unimplemented(mismatch, Map.of());
    }
    Services services = settings.services();
    return unimplemented(
        services.missing(request.method()),
        services.hasServiceOf(request.method()) ? Map.of() : Failures.NO_SERVICE);
  }

  private static RpcException unimplemented(String message, Map<String, String> details) {
    return new RpcException(RpcCode.UNIMPLEMENTED, message, null, null, details, true);
  }

  /** {@return the mismatch of a call's streams, or null} */
  private static @Nullable String mismatch(MethodShape shape, Frame.Request request) {
    Frame.Streams taken = shape.streams();
    Frame.Streams offered = request.streams();
    if (taken == offered) {
      return taken == Frame.Streams.NONE || !request.oneWay()
          ? null
          : shape.path() + " has a stream, and can't be called without a response";
    }
    if (taken.hasArguments() != offered.hasArguments()) {
      return taken.hasArguments()
          ? shape.path() + " takes a stream, and the caller sends none"
          : shape.path() + " takes no stream, and the caller sends one";
    }
    return taken.hasResults()
        ? shape.path() + " gives a stream, and the caller takes none"
        : null; // one value is a stream as well
  }

  /** Receives an item of an argument stream. Returns whether it was used. */
  boolean received(Frame.StreamItem item) {
    IncomingStreams streams = streams(item.id());
    return streams != null && streams.receive(item);
  }

  /** Called when an item can't be read. Returns whether its call exists. */
  boolean receivedMalformedItem(Frame.Malformed item) {
    IncomingStreams streams = streams(item.id());
    return streams != null && streams.receiveMalformed(item);
  }

  /** Called when all items of an argument stream have arrived. Returns whether the call exists. */
  boolean receivedEnd(long id) {
    IncomingStreams streams = streams(id);
    return streams != null && streams.receiveEnd();
  }

  /** Receives credit for a result stream. Returns whether it was used. */
  boolean received(Frame.Credit credit) {
    IncomingStreams streams = streams(credit.id());
    return streams != null && streams.credit(credit.items(), credit.bytes());
  }

  private @Nullable IncomingStreams streams(long id) {
    IncomingCall call = admitted.find(id);
    return call == null ? null : call.streams();
  }

  /** Called when a call can't be read. */
  void receivedMalformed(Frame.Malformed malformed) {
    Frame.Request request = malformed.request();
    if (request == null) {
      received++;
      refuse(malformed.id(), malformed.code(), malformed.text(), Map.of());
    } else {
      received(
          request,
          new RpcException(malformed.code(), malformed.text(), null, null, Map.of(), true));
    }
  }

  /** Rejects a call. Returns false. */
  private boolean refuse(Frame.Request request, RpcCode code, String why) {
    return refuse(request, code, why, Map.of());
  }

  private boolean refuse(
      Frame.Request request, RpcCode code, String why, Map<String, String> details) {
    if (request.oneWay()) {
      refused++;
    } else {
      refuse(request.id(), code, why, details);
    }
    return false;
  }

  private void refuse(long id, RpcCode code, String why, Map<String, String> details) {
    refused++;
    responder.refuse(id, code, why, details);
  }

  /** Called when the caller has cancelled a call. */
  void cancel(long id) {
    IncomingCall call = admitted.find(id);
    if (call != null) {
      call.cancel(IncomingCall.Cancellation.BY_CALLER);
    }
  }

  /**
   * Called when the connection has ended. Calls without a response continue, because no caller
   * waits for them.
   */
  void cancelAll() {
    admitted.awaited().forEach(call -> call.cancel(IncomingCall.Cancellation.CONNECTION_ENDED));
  }

  // ---------------------------------------------------------------- on any thread

  /** Cancels the calls whose deadline has passed. Returns the next deadline. */
  long cancelExpired(long now) {
    return Math.min(
        cancelExpired(admitted.awaited(), now), cancelExpired(admitted.limitedOneWay(), now));
  }

  private static long cancelExpired(Collection<IncomingCall> calls, long now) {
    long next = Clock.NEVER;
    for (IncomingCall call : calls) {
      if (call.isCancelled()) {
        continue;
      }
      if (call.deadline <= now) {
        call.cancel(IncomingCall.Cancellation.DEADLINE);
      } else {
        next = Math.min(next, call.deadline);
      }
    }
    return next;
  }
}
