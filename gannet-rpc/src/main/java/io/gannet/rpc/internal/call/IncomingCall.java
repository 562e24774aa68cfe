package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.context.Context;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.wire.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An incoming call: its state from the request to the end, and its context for the handler.
 * {@link HandlerCall} runs the handler and ends the call. Its deadline, its caller and its
 * connection end it by {@link #cancel}. It ends once, and then its {@link Responder} answers.
 * Thread-safe.
 *
 * <p><b>Cancellation.</b> The thread that sets {@link #cancelled} first interrupts the handler's
 * thread if the state is {@link #RUNNING}. During the interrupt the state is {@link #INTERRUPTING},
 * and the handler's thread doesn't leave the handler until the interrupt is done. So no interrupt
 * hits later code.
 */
final class IncomingCall implements CallContext {

  /** Why the response is no longer wanted. */
  enum Cancellation {
    /** The caller has cancelled it. */
    BY_CALLER(RpcCode.CANCELLED),
    /** The deadline has passed. */
    DEADLINE(RpcCode.DEADLINE_EXCEEDED),
    /** The connection has ended. */
    CONNECTION_ENDED(RpcCode.UNAVAILABLE);

    /** The code for readers and senders of the call's streams. */
    private final RpcCode code;

    Cancellation(RpcCode code) {
      this.code = code;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);

  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int INTERRUPTING = 2;
  private static final int RETURNED = 3;
  private static final int ENDED = 4;

  private static final VarHandle STATE;
  private static final VarHandle CANCELLED;
  private static final VarHandle HAS_BEGUN;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(IncomingCall.class, "state", int.class);
      HAS_BEGUN = lookup.findVarHandle(IncomingCall.class, "hasBegun", boolean.class);
      CANCELLED = lookup.findVarHandle(IncomingCall.class, "cancelled", Cancellation.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final RpcConnection connection;
  private final AdmittedCalls admitted;
  private final Responder responder;
  private final IncomingRequest request;

  /** Whether metadata was sent before the reply. */
  @SuppressWarnings("UnusedVariable") // used via HAS_BEGUN
  private volatile boolean hasBegun;

  /**
   * The context of all code of the call: at first for the interceptors, later as they have changed
   * it.
   */
  private volatile Context context = Context.of(this);

  /** The metadata, as interceptors have changed it. */
  private volatile Metadata metadata;

  /** The deadline. */
  final long deadline;

  /** Null if there are no streams. */
  private final @Nullable IncomingStreams streams;

  @SuppressWarnings("UnusedVariable") // read via STATE
  private volatile int state = WAITING;

  private volatile @Nullable Cancellation cancelled;
  private volatile @Nullable Thread thread;
  private volatile Metadata reply = Metadata.empty();

  /**
   * Work that may continue after the handler's thread has left it. The call counts until this work
   * has ended. Guarded by this.
   */
  private @Nullable CompletableFuture<?> work;

  /** The actions to run when the call is cancelled. Guarded by this. */
  private List<Runnable> cancellers = List.of();

  IncomingCall(
      RpcConnection connection,
      AdmittedCalls admitted,
      Responder responder,
      IncomingRequest request) {
    this.connection = connection;
    this.admitted = admitted;
    this.responder = responder;
    this.request = request;
    this.metadata = request.metadata();
    this.deadline = request.deadline(connection.clock());
    MethodShape shape = request.shape();
    this.streams =
        shape == null || shape.streams() == Frame.Streams.NONE
            ? null
            : new IncomingStreams(connection, request.id(), shape, deadline);
    if (streams != null) {
      streams.runIn(context);
    }
  }

  /** {@return the request} */
  IncomingRequest request() {
    return request;
  }

  /** {@return its streams, or null if there are none} */
  @Nullable IncomingStreams streams() {
    return streams;
  }

  // ---------------------------------------------------------------- for the handler

  @Override
  public RpcPeer peer() {
    return connection.peer();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public synchronized void replyWith(Metadata metadata) {
    reply = reply.with(metadata);
  }

  @Override
  public void beginWith(Metadata metadata) {
    Objects.requireNonNull(metadata, "metadata");
    if (state == ENDED && cancelled == null) {
      throw new IllegalStateException("the reply of %s has been sent".formatted(this));
    }
    if ((streams != null && streams.hasSent()) || !HAS_BEGUN.compareAndSet(this, false, true)) {
      throw new IllegalStateException("the reply of %s has begun already".formatted(this));
    }
    if (!request.isOneWay() && connection.wire().streams()) {
      connection.sender().sendBeginning(request.id(), metadata, deadline);
    }
  }

  @Override
  public Optional<Duration> timeLeft() {
    return deadline == Clock.NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(nanosLeft()));
  }

  /** {@return the remaining time; {@link Clock#NEVER} if there is no limit} */
  long nanosLeft() {
    return connection.clock().left(deadline);
  }

  @Override
  public boolean isCancelled() {
    return cancelled != null;
  }

  @Override
  public void onCancel(Runnable action) {
    Objects.requireNonNull(action, "action");
    synchronized (this) {
      if (cancelled == null) {
        if (state != ENDED) {
          cancellers = Stream.concat(cancellers.stream(), Stream.of(action)).toList();
        }
        return;
      }
    }
    afterwards(() -> cancelling(action));
  }

  /** Runs an action for the call on its own thread, after the call. */
  private void afterwards(Runnable action) {
    Thread.startVirtualThread(() -> context.afterwards().run(action));
  }

  @Override
  public Executor propagateTo(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    Context inside = context;
    return work -> executor.execute(() -> inside.run(work));
  }

  /** {@return whether its deadline limits calls that are made for it} */
  boolean limitsCalls() {
    return cancelled != null || state != ENDED;
  }

  private void cancelling(Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      LOG.debug("{}: what was to be done on its cancellation has failed", this, t);
    }
  }

  @Override
  public String toString() {
    return request.toString();
  }

  // ---------------------------------------------------------------- called by the code that runs
  // the handler

  /** Sets the thread to interrupt on cancellation; null if there is none. */
  void runsOn(@Nullable Thread runner) {
    thread = runner;
  }

  @SuppressWarnings("ReferenceEquality") // threads have no other
  boolean isRunByThisThread() {
    return Thread.currentThread() == thread;
  }

  /** {@return the context of the call's code} */
  Context context() {
    return context;
  }

  /** Called when the interceptors have passed the call on, with their changes. */
  void passed(Context inside, Metadata changed) {
    metadata = changed;
    context = inside;
    if (streams != null) {
      streams.runIn(inside);
    }
  }

  /** {@return the metadata of the reply, as far as it is known} */
  Metadata replyMetadata() {
    return reply;
  }

  /** Reads the arguments. Throws the same exceptions as {@link IncomingRequest#readArguments}. */
  @Nullable Object[] readArguments() {
    @Nullable Object[] values = request.readArguments();
    RpcStream<?> stream = streams == null ? null : streams.arguments();
    if (stream == null) {
      return values;
    }
    @Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
    all[values.length] = stream;
    return all;
  }

  /** Adds work that must end before the call no longer counts. */
  synchronized void addWork(CompletableFuture<?> more) {
    if (!more.isDone()) {
      work = work == null ? more : CompletableFuture.allOf(work, more);
    }
  }

  /** {@return whether the call has ended or was cancelled} */
  boolean isOver() {
    return cancelled != null || state == ENDED;
  }

  /** From here on the thread may be interrupted. */
  void enterHandler() {
    state = RUNNING;
  }

  /** From here on the thread is not interrupted. */
  void leaveHandler() {
    while (!STATE.compareAndSet(this, RUNNING, RETURNED)) {
      Thread.onSpinWait(); // only a few instructions long
    }
    Thread.interrupted(); // clears the handler's interrupt
  }

  /** Stops waiting for the handler's result. The call counts until the handler's work has ended. */
  void abandon() {
    end(null, new RpcException(RpcCode.CANCELLED, "cancelled before there was a result"));
  }

  // ---------------------------------------------------------------- the end

  /**
   * Ends the call and answers its caller, unless it has ended. Called on any thread that may wait.
   */
  void end(@Nullable RpcReply result, @Nullable Throwable failure) {
    int before = (int) STATE.getAndSet(this, ENDED);
    if (before == ENDED) {
      return;
    }
    admitted.forget(this);
    CompletableFuture<?> goingOn;
    synchronized (this) {
      goingOn = work;
      work = null; // may retain the result
      cancellers = List.of();
    }
    if (goingOn == null || goingOn.isDone()) {
      leave();
    } else {
      goingOn.whenComplete((value, failed) -> leave());
    }
    if (streams != null) {
      streams.close();
    }
    try {
      context.afterwards().run(() -> tell(result, failure, before == WAITING));
    } finally {
      admitted.finished();
    }
  }

  /** Answers the caller, and logs unexpected failures. */
  private void tell(@Nullable RpcReply result, @Nullable Throwable failure, boolean notStarted) {
    if (!request.isOneWay()) {
      respond(result, failure, notStarted);
    }
    if (failure != null && cancelled == null) {
      log(failure);
    }
  }

  /** Logs unexpected failures with their stack trace. Other failures only concern the caller. */
  private void log(Throwable failure) {
    MethodShape shape = request.shape();
    CallSettings settings = connection.settings();
    if ((shape != null && shape.foresees(failure)) || settings.failures().isForeseen(failure)) {
      LOG.debug("{} has failed", this, failure);
    } else {
      settings.log().warn("the handler", this, failure);
    }
  }

  /** Called when all work for the call has ended. */
  private void leave() {
    admitted.leave(request);
    if (streams != null) {
      streams.leave();
    }
  }

  private void respond(@Nullable RpcReply result, @Nullable Throwable failure, boolean notStarted) {
    if (cancelled == Cancellation.DEADLINE) {
      responder.fail(request, reply, late(notStarted));
    } else if (cancelled != null) {
      return; // no caller waits
    } else if (failure != null) {
      responder.fail(request, reply, failure);
    } else {
      responder.succeed(request, Objects.requireNonNull(result), reply);
    }
  }

  private Frame.Failure late(boolean notStarted) {
    String text =
        "the %s for %s were over before %s"
            .formatted(
                request.timeout(), method(), notStarted ? "it began" : "its handler had ended");
    return new Frame.Failure(RpcCode.DEADLINE_EXCEEDED, notStarted, text, null, Map.of());
  }

  /**
   * Tells the handler that the response is no longer wanted. Called on any thread, any number of
   * times.
   *
   * @param why the reason
   */
  void cancel(Cancellation why) {
    if (!CANCELLED.compareAndSet(this, null, why)) {
      return;
    }
    if (streams != null) {
      streams.end(
          new RpcException(
              why.code,
              why == Cancellation.DEADLINE
                  ? late(false).message()
                  : "%s was cancelled: %s".formatted(this, why)));
    }
    List<Runnable> actions;
    synchronized (this) {
      actions = cancellers;
      cancellers = List.of();
    }
    if (!actions.isEmpty()) {
      afterwards(() -> actions.forEach(this::cancelling));
    }
    if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
      Objects.requireNonNull(thread).interrupt();
      state = RUNNING;
    } else if (state == RETURNED) {
      Thread.startVirtualThread(this::abandon); // user code may run there
    }
  }
}
