package io.gannet.rpc.internal.context;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallScope;
import io.gannet.transport.internal.text.FailureLog;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * What all code of one call runs in: the call that it handles, if it does, and the scopes that interceptors have
 * added. Immutable. Scopes can be entered only by running something inside them, so whoever runs code of a call on
 * any thread does so by {@link #call} or {@link #run}; where the thread is inside already, that does nothing more.
 */
public final class Context {

  /** Of what belongs to no call. */
  public static final Context NONE = new Context(null, null, null);

  private static final FailureLog FAILURES = new FailureLog("io.gannet.rpc.failures");

  private static final ThreadLocal<@Nullable Context> CURRENT = new ThreadLocal<>();

  private final @Nullable CallContext handled;

  // Both or neither.
  private final @Nullable Context outer;
  private final @Nullable CallScope scope;

  private Context(
      @Nullable CallContext handled, @Nullable Context outer, @Nullable CallScope scope) {
    this.handled = handled;
    this.outer = outer;
    this.scope = scope;
  }

  /** {@return what the current thread runs in} */
  public static Context current() {
    Context current = CURRENT.get();
    return current == null ? NONE : current;
  }

  /** {@return the context of what handles a call} */
  public static Context of(CallContext handled) {
    return new Context(handled, null, null);
  }

  /** {@return the call that is handled, or null} */
  public @Nullable CallContext handled() {
    return handled;
  }

  /** {@return the same inside of another scope} */
  public Context within(CallScope inner) {
    return new Context(handled, this, inner);
  }

  /** {@return the same scopes for what doesn't handle the call any more} */
  public Context afterwards() {
    return outer == null || scope == null ? NONE : outer.afterwards().within(scope);
  }

  /**
   * Calls something in this context.
   *
   * @param work what to call
   * @return its result
   * @throws Exception what it throws, or a scope does before it is called
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
        FAILURES.warn("the end of a scope", scope, t); // what was to be run has been, and counts
      }
      return once.outcome();
    });
  }

  /**
   * Runs in this context what has to be run in any case, also without scopes if one fails.
   *
   * @param work what to run
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

  /** What a scope is given to run. */
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
    @SuppressWarnings("ReferenceEquality") // threads have no other
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

    /** Throws what was thrown. */
    void throwUnchecked() {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure instanceof Error error) {
        throw error;
      }
    }

    /** Returns what was returned, or throws what was thrown. */
    @SuppressWarnings("NullAway") // null only if that was returned
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
