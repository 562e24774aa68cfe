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
 * A call of the peer: its state from its request to its end, and what the handler sees of it.
 * {@link HandlerCall} runs the handler and ends the call; so do its deadline, its caller and its
 * connection, by {@link #cancel}. It ends once, and has the {@link Responder} answer then.
 * Thread-safe.
 *
 * <p><b>Cancellation.</b> Whoever sets {@link #cancelled} first interrupts the handler's thread, if
 * it is {@link #RUNNING} just then; while it does so the state is {@link #INTERRUPTING}, and the
 * handler's thread doesn't leave the handler behind until that is over. So no interrupt hits what
 * comes after.
 */
final class IncomingCall implements CallContext {

  /** Why nobody waits for the response any more. */
  enum Cancellation {
    /** The caller has said so. */
    BY_CALLER(RpcCode.CANCELLED),
    /** Its time is over. */
    DEADLINE(RpcCode.DEADLINE_EXCEEDED),
    /** The connection has ended. */
    CONNECTION_ENDED(RpcCode.UNAVAILABLE);

    /** What who reads or sends a stream of the call is told. */
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

  /** Whether something was sent along before the reply. */
  @SuppressWarnings("UnusedVariable") // used by way of HAS_BEGUN
  private volatile boolean hasBegun;

  /**
   * What all code of the call runs in: the interceptors at first, and then what they have made of
   * it.
   */
  private volatile Context context = Context.of(this);

  /** What goes along, as interceptors have left it. */
  private volatile Metadata metadata;

  /** When its time is over. */
  final long deadline;

  /** Null if it has none. */
  private final @Nullable IncomingStreams streams;

  @SuppressWarnings("UnusedVariable") // read by way of STATE
  private volatile int state = WAITING;

  private volatile @Nullable Cancellation cancelled;
  private volatile @Nullable Thread thread;
  private volatile Metadata reply = Metadata.empty();

  /**
   * What may go on when the handler's thread has left it: the place is taken until that has ended.
   * Guarded by this.
   */
  private @Nullable CompletableFuture<?> work;

  /** What is to be done when nobody waits any more; guarded by this. */
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

  /** {@return what the peer asks for} */
  IncomingRequest request() {
    return request;
  }

  /** {@return its streams, or null if it has none} */
  @Nullable IncomingStreams streams() {
    return streams;
  }

  // ---------------------------------------------------------------- what the handler sees

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

  /** {@return how much time is left; {@link Clock#NEVER} if there is no limit} */
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

  /** Does something for the call, on a thread of its own, when it is over. */
  private void afterwards(Runnable action) {
    Thread.startVirtualThread(() -> context.afterwards().run(action));
  }

  @Override
  public Executor propagateTo(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    Context inside = context;
    return work -> executor.execute(() -> inside.run(work));
  }

  /** {@return whether calls that are made for it may take no longer than it} */
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

  // ---------------------------------------------------------------- what runs the handler

  /** A thread is the one that is interrupted when nobody waits any more; null if there is none. */
  void runsOn(@Nullable Thread runner) {
    thread = runner;
  }

  @SuppressWarnings("ReferenceEquality") // threads have no other
  boolean isRunByThisThread() {
    return Thread.currentThread() == thread;
  }

  /** {@return what the code of the call runs in} */
  Context context() {
    return context;
  }

  /** The interceptors have let it pass: what they have made of it. */
  void passed(Context inside, Metadata changed) {
    metadata = changed;
    context = inside;
    if (streams != null) {
      streams.runIn(inside);
    }
  }

  /** {@return what goes along with the reply, as far as it is known} */
  Metadata replyMetadata() {
    return reply;
  }

  /** Reads what the peer has sent; throws what {@link IncomingRequest#readArguments} does. */
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

  /** Something goes on that the place of this call is taken for until it has ended. */
  synchronized void addWork(CompletableFuture<?> more) {
    if (!more.isDone()) {
      work = work == null ? more : CompletableFuture.allOf(work, more);
    }
  }

  /** {@return whether it has ended, or nobody waits any more} */
  boolean isOver() {
    return cancelled != null || state == ENDED;
  }

  /** From here on the thread may be interrupted. */
  void enterHandler() {
    state = RUNNING;
  }

  /** From here on nobody interrupts this thread. */
  void leaveHandler() {
    while (!STATE.compareAndSet(this, RUNNING, RETURNED)) {
      Thread.onSpinWait(); // for the few instructions of an interrupt
    }
    Thread.interrupted(); // it was meant for the handler, or is the handler's own
  }

  /**
   * Waits no longer for what the handler has returned; the place of this call is taken until that
   * ends.
   */
  void abandon() {
    end(null, new RpcException(RpcCode.CANCELLED, "cancelled before there was a result"));
  }

  // ---------------------------------------------------------------- the end

  /** Ends it and tells its caller, unless it has ended. Called on any thread that may wait. */
  void end(@Nullable RpcReply result, @Nullable Throwable failure) {
    int before = (int) STATE.getAndSet(this, ENDED);
    if (before == ENDED) {
      return;
    }
    admitted.forget(this);
    CompletableFuture<?> goingOn;
    synchronized (this) {
      goingOn = work;
      work = null; // which may have the result
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

  /** Tells the caller how it has ended, and the log if need be. */
  private void tell(@Nullable RpcReply result, @Nullable Throwable failure, boolean notStarted) {
    if (!request.isOneWay()) {
      respond(result, failure, notStarted);
    }
    if (failure != null && cancelled == null) {
      log(failure);
    }
  }

  /** What nobody has foreseen is logged with its stack; anything else is the caller's affair. */
  private void log(Throwable failure) {
    MethodShape shape = request.shape();
    CallSettings settings = connection.settings();
    if ((shape != null && shape.foresees(failure)) || settings.failures().isForeseen(failure)) {
      LOG.debug("{} has failed", this, failure);
    } else {
      settings.log().warn("the handler", this, failure);
    }
  }

  /** All work for it has ended. */
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
      return; // nobody waits for it
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
   * Tells the handler that nobody waits for it any more. Called on any thread, any number of times.
   *
   * @param why what has happened
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
      Thread.startVirtualThread(this::abandon); // what users have attached runs there
    }
  }
}
