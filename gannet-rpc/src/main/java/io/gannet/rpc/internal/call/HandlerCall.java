package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.stream.LocalStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Runs the handling of an incoming call on its own virtual thread: the interceptors, the handler,
 * and sending the stream that it returns. Ends the call with the reply, on this thread or when a
 * stage completes.
 */
final class HandlerCall implements Runnable {

  private final RpcConnection connection;
  private final IncomingCall call;
  private final IncomingRequest request;

  HandlerCall(RpcConnection connection, IncomingCall call) {
    this.connection = connection;
    this.call = call;
    this.request = call.request();
  }

  @Override
  public void run() {
    call.runsOn(Thread.currentThread());
    try {
      if (!connection.awaitAdmission()) {
        call.cancel(IncomingCall.Cancellation.CONNECTION_ENDED);
      }
      if (!call.isCancelled() && connection.clock().now() >= call.deadline) {
        call.cancel(IncomingCall.Cancellation.DEADLINE);
      }
      if (call.isCancelled()) {
        call.end(null, cancelledBeforeItBegan());
        return;
      }
      handle();
    } catch (Throwable t) {
      connection.settings().log().warn("the handling", call, t);
      call.end(null, t);
    } finally {
      call.runsOn(null);
    }
  }

  private static RpcException cancelledBeforeItBegan() {
    return new RpcException(RpcCode.CANCELLED, "cancelled before it began");
  }

  private void handle() throws Exception {
    call.enterHandler();
    CompletionStage<RpcReply> replied;
    try {
      IncomingCallView view = new IncomingCallView(call, call.context(), call.metadata(), null);
      replied =
          call.context()
              .call(() ->
                  InterceptorChain.pass(
                      connection.settings().incoming(),
                      view,
                      passed -> invoke((IncomingCallView) passed)));
      MethodShape shape = request.shape();
      if (shape != null && shape.form() == MethodShape.Form.STREAM) {
        replied = stream(replied);
      }
    } finally {
      call.leaveHandler();
    }
    await(replied);
  }

  /** Sends the stream of a reply, on this thread unless an interceptor is asynchronous. */
  private CompletionStage<RpcReply> stream(CompletionStage<RpcReply> replied) {
    CompletableFuture<RpcReply> future = replied.toCompletableFuture();
    if (!future.isDone()) {
      // On a separate thread that is interrupted instead of the handler's thread, because the
      // handler has returned.
      return future.thenApplyAsync(
          reply -> {
            streams().sendingOn(Thread.currentThread());
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

  /** Sends the stream of a reply. Returns the reply without the stream. */
  private RpcReply send(RpcReply reply) {
    if (!(reply.result() instanceof Flow.Publisher<?> items)) {
      throw new IllegalStateException("an interceptor has replaced a stream by " + reply.result());
    }
    try {
      return call.context()
          .call(() -> {
            streams().send(LocalStream.of(items));
            return new RpcReply(null, reply.metadata().with(call.replyMetadata()));
          });
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Calls the handler, unless the call was cancelled before the thread could be interrupted. */
  private CompletionStage<RpcReply> invoke(IncomingCallView passed) {
    if (call.isOver()) {
      return CompletableFuture.failedStage(cancelledBeforeItBegan());
    }
    RpcException missing = request.missing();
    if (missing != null) {
      return CompletableFuture.failedStage(missing);
    }
    Services.Handler handler = request.handler();
    MethodShape shape = handler.shape();
    call.passed(passed.context(), passed.metadata());
    CompletableFuture<?> elsewhere = null;
    if (!call.isRunByThisThread()) {
      elsewhere = new CompletableFuture<>(); // an interceptor has moved it to another thread
      call.addWork(elsewhere);
    }
    Object result;
    try {
      @Nullable Object[] values = shape.toInvoke(passed.arguments().toArray(), call);
      request.markHandled();
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
      case BLOCKING, ONE_WAY ->
          CompletableFuture.completedStage(new RpcReply(result, call.replyMetadata()));
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
    streams().returned(stream);
    return CompletableFuture.completedStage(new RpcReply(stream, call.replyMetadata()));
  }

  private CompletionStage<RpcReply> ofStage(@Nullable Object result) {
    if (result == null) {
      return CompletableFuture.failedStage(
          new NullPointerException("the handler has returned null instead of a stage"));
    }
    CompletionStage<?> returned = (CompletionStage<?>) result;
    if (returned instanceof CallFuture forwarded) {
      call.onCancel(() -> forwarded.cancel(true)); // cancels the handler's own work
    }
    call.addWork(future(returned));
    return returned.thenApply(value -> new RpcReply(value, call.replyMetadata()));
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

  private IncomingStreams streams() {
    return Objects.requireNonNull(call.streams());
  }

  /** Ends the call with its reply when it is available. */
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
      call.end(value, InterceptorChain.unwrapped(thrown));
    } else {
      call.addWork(future);
      // Not on the completing thread, because sending may have to wait.
      future.whenCompleteAsync(
          (value, thrown) -> call.end(value, InterceptorChain.unwrapped(thrown)),
          Thread::startVirtualThread);
      if (call.isCancelled()) {
        call.abandon();
      }
    }
  }
}
