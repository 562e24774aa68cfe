package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the metadata of one attempt's reply until it is certain that the caller gets this reply.
 * Metadata of an attempt that is retried or overtaken is not passed to the caller.
 */
final class HeldMetadata {

  private final CallOptions options;
  private final Invocation attempt;

  // Written by the reading thread, before the end of the attempt is known.
  private volatile @Nullable Metadata beginning;
  private volatile @Nullable Metadata end;

  /**
   * Creates an empty holder.
   *
   * @param call the call whose caller may want the metadata
   */
  HeldMetadata(Invocation call) {
    this.options = call.options();
    CallOptions holding = options;
    if (options.onBegin() != null) {
      holding = holding.withOnBegin(metadata -> beginning = metadata);
    }
    if (options.onReply() != null) {
      holding = holding.withOnReply(metadata -> end = metadata);
    }
    boolean wanted = options.onBegin() != null || options.onReply() != null;
    this.attempt = wanted ? call.with(holding) : call;
  }

  /** {@return the call to make, whose metadata is held here} */
  Invocation attempt() {
    return attempt;
  }

  /** Passes the metadata to the caller. Throws the caller's exceptions. */
  void tell() {
    tell(options.onBegin(), beginning);
    tell(options.onReply(), end);
  }

  private static void tell(@Nullable Consumer<Metadata> caller, @Nullable Metadata metadata) {
    if (caller != null && metadata != null) {
      caller.accept(metadata);
    }
  }

  /**
   * Passes the metadata to the caller, and completes the call with the result, or with the caller's
   * exception.
   */
  void succeed(CallFuture call, @Nullable Object result) {
    try {
      tell();
    } catch (Throwable t) {
      call.fail(t);
      return;
    }
    call.succeed(result);
  }

  /**
   * Passes the metadata to the caller, and completes the call with a failure, or with the caller's
   * exception.
   */
  void fail(CallFuture call, Throwable failure) {
    try {
      tell();
    } catch (Throwable t) {
      call.fail(t);
      return;
    }
    call.fail(failure);
  }
}
