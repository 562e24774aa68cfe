package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.format.UnwritableException;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.SessionClosedException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that the peer makes on one connection. They come on the I/O thread, which refuses them at
 * once or starts them on virtual threads.
 */
final class IncomingCalls {

  private static final Logger LOG = LoggerFactory.getLogger(IncomingCalls.class);

  private final RpcConnection connection;
  private final CallSettings settings;

  /** Stands for what goes along with a response that has no room for it. */
  private static final Metadata LEFT_OUT = Metadata.of(Metadata.LEFT_OUT, "all entries");

  private static final Map<String, String> NO_DETAILS = Map.of(Metadata.LEFT_OUT, "all entries");

  /** How many characters of a failure's message are sent to a peer that has no room for more. */
  private static final int SHORT_TEXT = 128;

  /** Those that want a response, by their id. Added to by the I/O thread. */
  private final Map<Long, IncomingCall> running = new ConcurrentHashMap<>();

  /** The others, if they have a deadline. */
  private final Set<IncomingCall> runningOneWay = ConcurrentHashMap.newKeySet();

  /** How many run or have a response that waits for room, those without a response included. */
  private final AtomicInteger runningCount = new AtomicInteger();

  /** As {@link #runningCount}, but until the response has been accepted for sending. */
  private final AtomicInteger unfinished = new AtomicInteger();

  // Written by the I/O thread; who reads them on another may see them a little later.
  private long received;
  private long refused;

  IncomingCalls(RpcConnection connection, CallSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  int running() {
    return runningCount.get();
  }

  /** {@return how many have not been answered} */
  int unfinished() {
    return unfinished.get();
  }

  long received() {
    return received;
  }

  long refused() {
    return refused;
  }

  // ---------------------------------------------------------------- on the I/O thread

  /** A call has come. */
  void received(Frame.Request request) {
    received++;
    // Counted before it is looked at whether calls are refused; a drain does it the other way
    // round, so
    // that it doesn't end while a call is being accepted.
    unfinished.incrementAndGet();
    if (!accept(request)) {
      finished();
    }
  }

  /** Starts a call, or refuses it; returns whether it was started. */
  private boolean accept(Frame.Request request) {
    if (!connection.takesCalls()) {
      return refuse(request, RpcCode.UNAVAILABLE, "takes no more calls");
    }
    Services.Handler handler =
        settings.services().find(request.method(), request.payload().encoding());
    RpcException missing = missing(handler, request);
    if (missing != null) {
      if (settings.incoming().isEmpty()) {
        return refuse(
            request, missing.code(), String.valueOf(missing.getMessage()), missing.details());
      }
      handler = null; // what there is, only those are told whom the interceptors let pass
    }
    CallLimits limits = settings.limits();
    if (runningCount.get() >= limits.runningPerConnection()) {
      return refuse(
          request,
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls run for this connection already (setting maxRunningCallsPerConnection)"
              .formatted(limits.runningPerConnection()));
    }
    int bytes = IncomingCall.countedBytes(request);
    String full = settings.running().enter(bytes);
    if (full != null) {
      return refuse(request, RpcCode.RESOURCE_EXHAUSTED, full);
    }
    long deadline =
        request.timeoutMillis() == 0
            ? Clock.NEVER
            : settings.clock().after(TimeUnit.MILLISECONDS.toNanos(request.timeoutMillis()));
    IncomingCall call = new IncomingCall(connection, this, handler, missing, request, deadline);
    if (!request.oneWay() && running.putIfAbsent(request.id(), call) != null) {
      settings.running().leave(bytes);
      return refuse(request, RpcCode.INVALID_ARGUMENT, "there is a call with this id already");
    }
    if (request.oneWay() && deadline != Clock.NEVER) {
      runningOneWay.add(call);
    }
    if (missing != null) {
      refused++;
    }
    runningCount.incrementAndGet();
    connection.noteDeadline(deadline);
    Thread.startVirtualThread(call);
    return true;
  }

  /** {@return why nobody here handles a call, or null if {@code handler} does} */
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

  /** {@return what is wrong with the streams of a call, or null} */
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
        : null; // one value is a stream, too
  }

  /** An item of an argument has come; returns whether it is of any use. */
  boolean received(Frame.StreamItem item) {
    IncomingStreams streams = streams(item.id());
    return streams != null && streams.receive(item);
  }

  /** An item has come that can't be read; returns whether anybody cares. */
  boolean receivedMalformedItem(long id, String why) {
    IncomingStreams streams = streams(id);
    return streams != null && streams.receiveMalformed(why);
  }

  /** All items of an argument have come; returns whether that is of any use. */
  boolean receivedEnd(long id) {
    IncomingStreams streams = streams(id);
    return streams != null && streams.receiveEnd();
  }

  /** More of a result may be sent; returns whether that is of any use. */
  boolean received(Frame.Credit credit) {
    IncomingStreams streams = streams(credit.id());
    return streams != null && streams.credit(credit.items(), credit.bytes());
  }

  private @Nullable IncomingStreams streams(long id) {
    IncomingCall call = running.get(id);
    return call == null ? null : call.streams();
  }

  /** A call has come that can't be read. */
  void receivedMalformed(long id, RpcCode code, String why) {
    received++;
    refuse(id, code, why, Map.of());
  }

  /** Returns false: the call was not started. */
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
    Frame.Response refusal =
        Frame.Response.of(
            id,
            Metadata.empty(),
            new Frame.Failure(code, true, why, null, details),
            connection.terms().maxFrame());
    if (!connection.sender().reply(refusal)
        && runningCount.get() < settings.limits().runningPerConnection()) {
      later(
          0,
          0,
          () -> {
            try {
              connection.sender().sendResponse(refusal);
            } catch (RuntimeException e) {
              LOG.debug("{}: a refusal was not sent", connection, e);
            }
          });
    }
  }

  /** The caller doesn't wait any more. */
  void cancel(long id) {
    IncomingCall call = running.get(id);
    if (call != null) {
      call.cancel(IncomingCall.Cancellation.BY_CALLER);
    }
  }

  /** The connection has ended. Calls without a response go on: nobody has waited for them anyway. */
  void cancelAll() {
    running.values().forEach(call -> call.cancel(IncomingCall.Cancellation.CONNECTION_ENDED));
  }

  // ---------------------------------------------------------------- on any thread

  /** Cancels the calls whose time is over; returns the next deadline. */
  long cancelExpired(long now) {
    return Math.min(cancelExpired(running.values(), now), cancelExpired(runningOneWay, now));
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

  /** A call has ended as far as its caller is concerned, who may use the id again. */
  void forget(IncomingCall call) {
    if (call.isOneWay()) {
      runningOneWay.remove(call);
    } else {
      running.remove(call.id(), call);
    }
  }

  /**
   * All work for a call has ended. If it has a response, its caller may make the next call as soon as it has
   * that: so this comes first.
   */
  void leave(IncomingCall call) {
    runningCount.decrementAndGet();
    settings.running().leave(call.countedBytes());
  }

  /** A call's response has been accepted for sending, or there is none. */
  void finished() {
    unfinished.decrementAndGet();
    connection.callEnded();
  }

  /** Sends the response of a call, later if there is no room for it now. Called on a virtual thread. */
  void respond(IncomingCall call, Frame.Response response) {
    respond(call, response, () -> send(call, response));
  }

  private void respond(IncomingCall call, Frame.Response response, Runnable sending) {
    try {
      sending.run();
    } catch (SessionClosedException e) {
      LOG.debug("{}: nobody is there for the response", connection, e);
    } catch (QueueFullException e) {
      settings.log().warn(connection, "a response was not sent: " + e.getMessage());
    } catch (MessageTooLargeException e) {
      LOG.debug("{}: a response is too large", connection, e);
      respondInstead(call, smaller(call, response, e));
    } catch (Throwable t) {
      respondInstead(
          call,
          Frame.Response.of(
              response.id(), Metadata.empty(), notWritten(call, t), response.maxSize()));
    }
  }

  private void respondInstead(IncomingCall call, Frame.Response response) {
    try {
      send(call, response);
    } catch (MessageTooLargeException e) {
      Frame.Response next = smaller(call, response, e);
      if (next.equals(response)) {
        settings.log().warn(connection, "a response was not sent: " + e.getMessage());
      } else {
        respondInstead(call, next);
      }
    } catch (RuntimeException e) {
      settings.log().warn(connection, "a response was not sent: " + e.getMessage());
    }
  }

  /** What is sent instead of a response that is too large: without what goes along at first, then only why. */
  private Frame.Response smaller(
      IncomingCall call, Frame.Response response, MessageTooLargeException why) {
    Frame.Failure failure = response.failure();
    if (!response.metadata().equals(LEFT_OUT) && !response.metadata().isEmpty()) {
      return new Frame.Response(
          response.id(), LEFT_OUT, response.payload(), failure, response.maxSize());
    }
    if (failure == null) {
      failure = notWritten(call, why);
    } else if (failure.details().isEmpty() || failure.details().equals(NO_DETAILS)) {
      failure =
          new Frame.Failure(
              failure.code(),
              failure.notStarted(),
              CutText.of(failure.message(), SHORT_TEXT),
              isShort(failure.type()) ? failure.type() : null,
              Map.of());
      return Frame.Response.of(response.id(), Metadata.empty(), failure, response.maxSize());
    } else {
      failure =
          new Frame.Failure(
              failure.code(), failure.notStarted(), failure.message(), failure.type(), NO_DETAILS);
    }
    return Frame.Response.of(response.id(), response.metadata(), failure, response.maxSize());
  }

  private void send(IncomingCall call, Frame.Response response) {
    if (!connection.sender().trySendResponse(response)) {
      keep(call, response);
    }
  }

  /** The peer decides how long this side has a response: so its result is made what it costs, and counts. */
  private void keep(IncomingCall call, Frame.Response response) {
    Frame.Response written = response.written();
    int held = written.payload().held();
    String full =
        held == 0
            ? null
            : settings.running().hold(held, "with this result, for which the peer makes no room,");
    if (full != null) {
      held = 0;
      written =
          Frame.Response.of(
              response.id(),
              Metadata.empty(),
              new Frame.Failure(RpcCode.RESOURCE_EXHAUSTED, false, full, null, Map.of()),
              response.maxSize());
    }
    Frame.Response waiting = written;
    later(
        call.countedBytes(),
        held,
        () -> respond(call, waiting, () -> connection.sender().sendResponse(waiting)));
  }

  /**
   * Has something sent when there is room, on a thread of its own; until then it counts as a call that runs.
   *
   * @param countedBytes how many bytes of arguments it counts for
   * @param held how many more, which were counted before
   */
  private void later(int countedBytes, int held, Runnable sending) {
    unfinished.incrementAndGet();
    runningCount.incrementAndGet(); // here: threads that have not begun count, too
    settings.running().enterAgain(countedBytes);
    Thread.startVirtualThread(() -> {
      try {
        sending.run();
      } finally {
        runningCount.decrementAndGet();
        settings.running().leave(countedBytes + held);
        finished();
      }
    });
  }

  private static boolean isShort(@Nullable String text) {
    return text != null && text.length() <= SHORT_TEXT;
  }

  /** Why there is no result although the handler has returned one. What is no limit is a mistake on this side. */
  Frame.Failure notWritten(IncomingCall call, Throwable why) {
    RpcCode code = RpcCode.INTERNAL;
    String text = "the result of %s can't be written".formatted(call.method());
    if (why instanceof MessageTooLargeException) {
      code = RpcCode.RESOURCE_EXHAUSTED;
      text = "the result of %s can't be sent: %s".formatted(call.method(), why.getMessage());
    } else {
      settings.log().warn("the writing of the result", call, why);
      if (why instanceof UnwritableException unwritable) {
        text = String.valueOf(unwritable.getMessage());
      }
    }
    return new Frame.Failure(code, false, text, null, Map.of());
  }

  /**
   * A handler has failed. What nobody has foreseen is logged with its stack; anything else is the caller's
   * affair.
   */
  void handlerFailed(IncomingCall call, @Nullable MethodShape method, Throwable failure) {
    if ((method != null && method.foresees(failure)) || settings.failures().isForeseen(failure)) {
      LOG.debug("{} has failed", call, failure);
      return;
    }
    settings.log().warn("the handler", call, failure);
  }
}
