package io.gannet.rpc.internal.context;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallScope;
import io.gannet.transport.internal.text.FailureLog;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The context of the code of one call: the call that it handles, if any, and the scopes that
 * interceptors have added. Immutable. A scope is active only while code runs inside it. So code of
 * a call runs by {@link #call} or {@link #run} on any thread; on a thread that is already in the
 * context, these methods only run it.
 */
public final class Context {

  /** The context of code that belongs to no call. */
  public static final Context NONE = new Context(null, null, null);

  private static final FailureLog FAILURES = new FailureLog("io.gannet.rpc.failures");

  private static final ThreadLocal<@Nullable Context> CURRENT = new ThreadLocal<>();

  private final @Nullable CallContext handled;

  // Both are null, or neither is.
  private final @Nullable Context outer;
  private final @Nullable CallScope scope;

  private Context(
      @Nullable CallContext handled, @Nullable Context outer, @Nullable CallScope scope) {
    this.handled = handled;
    this.outer = outer;
    this.scope = scope;
  }

  /** {@return the context of the current thread} */
  public static Context current() {
    Context current = CURRENT.get();
    return current == null ? NONE : current;
  }

  /** {@return the context of a call's handler} */
  public static Context of(CallContext handled) {
    return new Context(handled, null, null);
  }

  /** {@return the call that is handled, or null} */
  public @Nullable CallContext handled() {
    return handled;
  }

  /** {@return the same context with one more scope} */
  public Context within(CallScope inner) {
    return new Context(handled, this, inner);
  }

  /** {@return the same scopes, for code that runs after the call was handled} */
  public Context afterwards() {
    return outer == null || scope == null ? NONE : outer.afterwards().within(scope);
  }

  /**
   * Calls a task in this context.
   *
   * @param work the task
   * @return its result
   * @throws Exception the exception of the task, or of a scope before the task is called
   */
  public <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
    if (this == NONE || CURRENT.get() == this) {
      return work.call();
    }
    if (outer == null || scope == null) {
      return entered(work);
    }
    return outer.call(() -> {
      Once<T> once = new Once<>(() -> entered(work));
      try {
        scope.run(once);
      } catch (Throwable t) {
        if (!once.begun) {
          throw t;
        }
        FAILURES.warn("the end of a scope", scope, t); // the task has run, and its outcome counts
      }
      return once.outcome();
    });
  }

  /**
   * Runs a task in this context. If a scope fails, the task runs without scopes.
   *
   * @param work the task
   */
  public void run(Runnable work) {
    if (this == NONE) {
      work.run();
      return;
    }
    Once<Object> once = new Once<>(Executors.callable(work));
    try {
      call(() -> {
        once.run();
        return this;
      });
    } catch (Exception | Error e) {
      FAILURES.warn("a scope", handled == null ? "a call" : handled, e);
      if (!once.begun) {
        once.run();
      }
    }
    once.throwUnchecked();
  }

  private <T extends @Nullable Object> T entered(Callable<T> work) throws Exception {
    Context before = CURRENT.get();
    CURRENT.set(this);
    try {
      return work.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** The task that a scope receives. It runs at most once. */
  private static final class Once<T extends @Nullable Object> implements Runnable {

    private final Thread thread = Thread.currentThread();
    private final Callable<T> work;
    private boolean begun;
    private @Nullable T value;
    private @Nullable Throwable failure;

    Once(Callable<T> work) {
      this.work = work;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // threads are compared by identity
    public void run() {
      if (begun || Thread.currentThread() != thread) {
        throw new IllegalStateException("a scope must run its action once, on the calling thread");
      }
      begun = true;
      try {
        value = work.call();
      } catch (Throwable t) {
        failure = t;
      }
    }

    /** Throws the task's exception, if it is unchecked. */
    void throwUnchecked() {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure instanceof Error error) {
        throw error;
      }
    }

    /** Returns the task's result, or throws its exception. */
    @SuppressWarnings("NullAway") // null only if the task returned null
    T outcome() throws Exception {
      if (!begun) {
        begun = true; // too late
        throw new IllegalStateException("a scope has returned without running its action");
      }
      return switch (failure) {
        case null -> value;
        case Exception exception -> throw exception;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure);
      };
    }
  }
}
