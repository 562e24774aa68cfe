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
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of the peer, which a handler on this side works for. Run on a virtual thread of its own.
 *
 * <p><b>Cancellation.</b> Whoever sets {@link #cancelled} first interrupts the handler's thread, if it
 * is {@link #RUNNING} just then; while it does so the state is {@link #INTERRUPTING}, and the handler's
 * thread doesn't leave the handler behind until that is over. So no interrupt hits what comes after.
 */
final class IncomingCall implements Runnable, CallContext {

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

  /** Arguments of fewer bytes are not counted. */
  private static final int SMALL = 4096;

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
  private final IncomingCalls calls;
  private final Services.@Nullable Handler handler;

  /** What the call fails with behind the interceptors, because there is no handler for it; or null. */
  private final @Nullable RpcException missing;

  /** Whether something was sent along before the reply. */
  @SuppressWarnings("UnusedVariable") // used by way of HAS_BEGUN
  private volatile boolean hasBegun;

  /** Why the arguments can't be read, or null. */
  private volatile @Nullable RpcException unread;

  /** Whether the handler was run. */
  private volatile boolean handled;

  private final Frame.Request request;

  /** What the interceptors run in. */
  private final Context root = Context.of(this);

  /** What everything else of the call runs in, as interceptors have left it. */
  private volatile Context context = root;

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

  /** What may go on when the handler's thread has left it: the place is taken until that has ended. */
  private @Nullable CompletableFuture<?> work;

  /** What is to be done when nobody waits any more; guarded by this. */
  private List<Runnable> cancellers = List.of();

  IncomingCall(
      RpcConnection connection,
      IncomingCalls calls,
      Services.@Nullable Handler handler,
      @Nullable RpcException missing,
      Frame.Request request,
      long deadline) {
    this.connection = connection;
    this.calls = calls;
    this.handler = handler;
    this.missing = missing;
    this.request = request;
    this.metadata = request.metadata();
    this.deadline = deadline;
    this.streams =
        handler == null || handler.shape().streams() == Frame.Streams.NONE
            ? null
            : new IncomingStreams(connection, request.id(), handler.shape(), deadline);
    if (streams != null) {
      streams.runIn(root);
    }
  }

  @Nullable IncomingStreams streams() {
    return streams;
  }

  long id() {
    return request.id();
  }

  /** {@return how many bytes of arguments it counts for} */
  int countedBytes() {
    return countedBytes(request);
  }

  /** {@return how many bytes a call counts for; small ones are not worth it} */
  static int countedBytes(Frame.Request request) {
    int size = request.payload().size();
    if (!request.metadata().isEmpty()) {
      for (Metadata.Entry entry : request.metadata().entries()) {
        size += entry.key().length() + entry.value().length();
      }
    }
    return size < SMALL ? 0 : size;
  }

  /** {@return whether there is a handler for it} */
  boolean isOffered() {
    return handler != null;
  }

  boolean isOneWay() {
    return request.oneWay();
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
    if (!request.oneWay() && connection.wire().streams()) {
      connection.sender().sendBeginning(id(), metadata, deadline);
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

  /** {@return how much time it had, for people} */
  String timeout() {
    return request.timeoutMillis() == 0
        ? "no limit"
        : Clock.text(TimeUnit.MILLISECONDS.toNanos(request.timeoutMillis()));
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
    return "call " + request.method() + " of " + connection.peer();
  }

  // ---------------------------------------------------------------- running

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      if (!connection.awaitAdmission()) {
        cancel(Cancellation.CONNECTION_ENDED);
      }
      if (cancelled == null && connection.clock().now() >= deadline) {
        cancel(Cancellation.DEADLINE);
      }
      if (cancelled != null) {
        end(null, cancelledBeforeItBegan());
        return;
      }
      handle();
    } catch (Throwable t) {
      connection.settings().log().warn("the handling", this, t);
      end(null, t);
    } finally {
      thread = null;
    }
  }

  private static RpcException cancelledBeforeItBegan() {
    return new RpcException(RpcCode.CANCELLED, "cancelled before it began");
  }

  private void handle() throws Exception {
    state = RUNNING;
    CompletionStage<RpcReply> replied;
    try {
      replied =
          root.call(() ->
              InterceptorChain.pass(
                  connection.settings().incoming(),
                  new IncomingCallView(this, root, metadata, null),
                  passed -> invoke((IncomingCallView) passed)));
      if (handler != null && handler.shape().form() == MethodShape.Form.STREAM) {
        replied = stream(replied);
      }
    } finally {
      leaveHandler();
    }
    await(replied);
  }

  /** Has the stream of a reply sent: here, unless an interceptor takes its time. */
  private CompletionStage<RpcReply> stream(CompletionStage<RpcReply> replied) {
    CompletableFuture<RpcReply> future = replied.toCompletableFuture();
    if (!future.isDone()) {
      // On a thread that is interrupted instead of the handler's, because that has returned by
      // then.
      return future.thenApplyAsync(
          reply -> {
            Objects.requireNonNull(streams).sendingOn(Thread.currentThread());
            return send(reply);
          },
          Thread::startVirtualThread);
    }
    try {
      return CompletableFuture.completedStage(send(future.join()));
    } catch (Throwable t) {
      return CompletableFuture.failedStage(t);
    }
  }

  /** Sends the stream of a reply; returns what is left of it. */
  private RpcReply send(RpcReply reply) {
    if (!(reply.result() instanceof Flow.Publisher<?> items)) {
      throw new IllegalStateException("an interceptor has replaced a stream by " + reply.result());
    }
    try {
      return context.call(() -> {
        Objects.requireNonNull(streams).send(LocalStream.of(items));
        return new RpcReply(null, reply.metadata().with(this.reply));
      });
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Calls the handler, unless nobody waits any more, which there was no interrupt for yet. */
  @SuppressWarnings("ReferenceEquality") // threads have no other
  private CompletionStage<RpcReply> invoke(IncomingCallView call) {
    if (cancelled != null || state == ENDED) {
      return CompletableFuture.failedStage(cancelledBeforeItBegan());
    }
    if (handler == null) {
      return CompletableFuture.failedStage(Objects.requireNonNull(missing));
    }
    MethodShape shape = handler.shape();
    metadata = call.metadata();
    context = call.context();
    if (streams != null) {
      streams.runIn(context);
    }
    CompletableFuture<?> elsewhere = null;
    if (Thread.currentThread() != thread) {
      elsewhere = new CompletableFuture<>(); // an interceptor has brought it to another thread
      addWork(elsewhere);
    }
    Object result;
    try {
      @Nullable Object[] values = shape.toInvoke(call.arguments().toArray(), this);
      handled = true;
      result = shape.method().invoke(handler.target(), values);
    } catch (InvocationTargetException e) {
      return CompletableFuture.failedStage(Objects.requireNonNull(e.getCause()));
    } catch (Throwable t) {
      return CompletableFuture.failedStage(t);
    } finally {
      if (elsewhere != null) {
        elsewhere.complete(null);
      }
    }
    return switch (shape.form()) {
      case BLOCKING, ONE_WAY -> CompletableFuture.completedStage(new RpcReply(result, reply));
      case STAGE -> ofStage(result);
      case STREAM -> ofStream(result);
    };
  }

  private CompletionStage<RpcReply> ofStream(@Nullable Object result) {
    if (!(result instanceof Flow.Publisher<?> items)) {
      return CompletableFuture.failedStage(
          new NullPointerException("the handler has returned null instead of a stream"));
    }
    RpcStream<?> stream = LocalStream.of(items);
    Objects.requireNonNull(streams).returned(stream);
    return CompletableFuture.completedStage(new RpcReply(stream, reply));
  }

  private CompletionStage<RpcReply> ofStage(@Nullable Object result) {
    if (result == null) {
      return CompletableFuture.failedStage(
          new NullPointerException("the handler has returned null instead of a stage"));
    }
    CompletionStage<?> returned = (CompletionStage<?>) result;
    if (returned instanceof CallFuture forwarded) {
      onCancel(() -> forwarded.cancel(true)); // which ends it, unlike that of others
    }
    addWork(future(returned));
    return returned.thenApply(value -> new RpcReply(value, reply));
  }

  private static CompletableFuture<?> future(CompletionStage<?> stage) {
    try {
      return stage.toCompletableFuture();
    } catch (UnsupportedOperationException e) {
      CompletableFuture<?> future = new CompletableFuture<>();
      stage.whenComplete((value, failure) -> future.complete(null));
      return future;
    }
  }

  private synchronized void addWork(CompletableFuture<?> more) {
    if (!more.isDone()) {
      work = work == null ? more : CompletableFuture.allOf(work, more);
    }
  }

  /** Reads what the peer has sent. */
  @Nullable Object[] readArguments() {
    if (handler == null) {
      throw Objects.requireNonNull(missing);
    }
    MethodShape shape = handler.shape();
    Payload payload = request.payload();
    @Nullable Object[] values = readArguments(shape, payload);
    RpcStream<?> stream = streams == null ? null : streams.arguments();
    if (stream == null) {
      return values;
    }
    @Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
    all[values.length] = stream;
    return all;
  }

  private @Nullable Object[] readArguments(MethodShape shape, Payload payload) {
    boolean fits =
        payload.encoding() == shape.format().encoding()
            || (payload.encoding() == Payload.Encoding.NONE && shape.sent().isEmpty());
    try {
      if (!fits) {
        throw new RpcException(
            RpcCode.INVALID_ARGUMENT,
            "%s takes %s, not %s"
                .formatted(shape.path(), shape.format().encoding(), payload.encoding()));
      }
      return shape.format().readArguments(payload.bytes());
    } catch (RpcException e) {
      unread = e;
      throw e;
    }
  }

  /** From here on nobody interrupts this thread. */
  private void leaveHandler() {
    while (!STATE.compareAndSet(this, RUNNING, RETURNED)) {
      Thread.onSpinWait(); // for the few instructions of an interrupt
    }
    Thread.interrupted(); // it was meant for the handler, or is the handler's own
  }

  private void await(CompletionStage<RpcReply> replied) {
    CompletableFuture<RpcReply> future = replied.toCompletableFuture();
    if (future.isDone()) {
      RpcReply value = null;
      Throwable thrown = null;
      try {
        value = future.join();
      } catch (Throwable t) {
        thrown = t;
      }
      end(value, InterceptorChain.unwrapped(thrown));
    } else {
      addWork(future);
      // Not on the thread that completes it: sending may have to wait.
      future.whenCompleteAsync(
          (value, thrown) -> end(value, InterceptorChain.unwrapped(thrown)),
          Thread::startVirtualThread);
      if (cancelled != null) {
        abandon();
      }
    }
  }

  /** Waits no longer for what the handler has returned; the place of this call is taken until that ends. */
  private void abandon() {
    end(null, new RpcException(RpcCode.CANCELLED, "cancelled before there was a result"));
  }

  // ---------------------------------------------------------------- the end

  private void end(@Nullable RpcReply result, @Nullable Throwable failure) {
    int before = (int) STATE.getAndSet(this, ENDED);
    if (before == ENDED) {
      return;
    }
    calls.forget(this);
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
      calls.finished();
    }
  }

  /** Tells the caller how it has ended, and the log if need be. */
  private void tell(@Nullable RpcReply result, @Nullable Throwable failure, boolean notStarted) {
    if (!request.oneWay()) {
      respond(result, failure, notStarted);
    }
    if (failure != null && cancelled == null) {
      calls.handlerFailed(this, handler == null ? null : handler.shape(), failure);
    }
  }

  /** All work for it has ended. */
  private void leave() {
    calls.leave(this);
    if (streams != null) {
      streams.leave();
    }
  }

  private void respond(@Nullable RpcReply result, @Nullable Throwable failure, boolean notStarted) {
    if (cancelled == Cancellation.DEADLINE) {
      calls.respond(this, failed(late(notStarted)));
    } else if (cancelled != null) {
      return; // nobody waits for it
    } else if (failure != null) {
      calls.respond(this, failed(describe(failure)));
    } else if (handler == null) {
      calls.respond(this, failed(describe(Objects.requireNonNull(missing))));
    } else {
      calls.respond(this, succeeded(Objects.requireNonNull(result), handler));
    }
  }

  @SuppressWarnings("ReferenceEquality") // an interceptor may throw one like it
  private Frame.Failure describe(Throwable failure) {
    Frame.Failure described = connection.settings().failures().describe(failure);
    boolean notStarted = !handled && (failure == missing || failure == unread);
    return notStarted ? described.asNotStarted() : described;
  }

  private Frame.Response succeeded(RpcReply result, Services.Handler handler) {
    Payload payload;
    try {
      payload =
          handler.shape().form() == MethodShape.Form.STREAM
              ? PlainPayload.EMPTY
              : connection
                  .terms()
                  .compressed(handler.shape().format().writeResult(result.result()));
    } catch (RuntimeException e) {
      return failed(calls.notWritten(this, e));
    }
    return new Frame.Response(
        id(), result.metadata(), payload, null, connection.terms().maxFrame());
  }

  private Frame.Response failed(Frame.Failure failure) {
    return Frame.Response.of(id(), reply, failure, connection.terms().maxFrame());
  }

  private Frame.Failure late(boolean notStarted) {
    String text =
        "the %s for %s were over before %s"
            .formatted(timeout(), method(), notStarted ? "it began" : "its handler had ended");
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
