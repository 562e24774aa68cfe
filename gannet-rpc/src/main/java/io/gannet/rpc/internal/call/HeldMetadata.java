package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the metadata of one attempt's reply until it is known that this is the reply that the
 * caller gets: of an attempt that is tried again elsewhere, or was overtaken, the caller is told
 * nothing.
 */
final class HeldMetadata {

  private final CallOptions options;
  private final Invocation attempt;

  // Written by who reads the reply, before the end of the attempt is known.
  private volatile @Nullable Metadata beginning;
  private volatile @Nullable Metadata end;

  /**
   * Creates one that holds nothing.
   *
   * @param call the call, whose caller may want to know
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

  /** {@return the call to be made, whose metadata is held here} */
  Invocation attempt() {
    return attempt;
  }

  /** Tells the caller; throws what that throws. */
  void tell() {
    tell(options.onBegin(), beginning);
    tell(options.onReply(), end);
  }

  private static void tell(@Nullable Consumer<Metadata> caller, @Nullable Metadata metadata) {
    if (caller != null && metadata != null) {
      caller.accept(metadata);
    }
  }

  /** Tells the caller, and ends the call with the result, or with what that throws. */
  void succeed(CallFuture call, @Nullable Object result) {
    try {
      tell();
    } catch (Throwable t) {
      call.fail(t);
      return;
    }
    call.succeed(result);
  }

  /** Tells the caller, and ends the call with a failure, or with what that throws. */
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
