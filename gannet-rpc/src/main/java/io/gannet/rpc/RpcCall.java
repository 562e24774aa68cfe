package io.gannet.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call as interceptors see it. Immutable. */
public interface RpcCall {

  /** The direction of a call. */
  enum Direction {
    /** This side makes the call. */
    OUTGOING,
    /** The peer has made the call. */
    INCOMING
  }

  /** {@return the direction} */
  Direction direction();

  /**
   * {@return service and method, such as {@code Greeter/hello}. For an incoming call that isn't
   * {@linkplain #isOffered() offered}, this is the text that the peer has sent, up to 1,024 bytes}
   */
  String method();

  /**
   * Returns whether this side has a handler for an incoming call. A call without a handler passes
   * the interceptors as well, so that an unauthenticated peer doesn't learn which names exist.
   * After the interceptors it fails with {@link RpcCode#UNIMPLEMENTED}.
   *
   * @return false for an incoming call of a method that isn't offered, or that doesn't have these
   *     streams
   */
  boolean isOffered();

  /** {@return whether there is no reply} */
  boolean isOneWay();

  /**
   * {@return the peer that made an incoming call; empty for an outgoing call, whose connection is
   * chosen after the interceptors}
   */
  Optional<RpcPeer> peer();

  /**
   * {@return the remaining time; negative if the deadline has passed; empty if there is no
   * deadline}
   */
  Optional<Duration> timeLeft();

  /** {@return the metadata of the call} */
  Metadata metadata();

  /**
   * Returns the arguments. Those of an incoming call are decoded by the first call of this method.
   *
   * @return the sent arguments, unmodifiable; an {@link RpcStream} is the last one, and a
   *     {@link CallContext} isn't included
   * @throws RpcException with {@link RpcCode#INVALID_ARGUMENT} if the arguments from the peer don't
   *     match the method
   */
  List<@Nullable Object> arguments();

  /**
   * Adds a scope for all code that runs for the call, on any thread. For an incoming call these are
   * the next interceptors, the handler, the producer of a returned stream, subscribers of the
   * call's streams, stages that depend on calls made by it, and {@link CallContext#onCancel}. For
   * an outgoing call these are the producer of sent items, the subscriber of the returned stream,
   * and stages that depend on its result. Code on your own threads takes part through
   * {@link CallContext#propagateTo}.
   *
   * @param scope used until the call has ended, and once more afterwards for dependent stages
   * @return a copy with that scope, which is nested in the scopes that were added before
   */
  RpcCall within(CallScope scope);

  /**
   * Replaces the metadata.
   *
   * @param metadata the new metadata
   * @return a copy with that metadata
   */
  RpcCall withMetadata(Metadata metadata);

  /**
   * Replaces the arguments.
   *
   * @param arguments the new arguments, of the types of the method's parameters
   * @return a copy with those arguments
   */
  RpcCall withArguments(List<? extends @Nullable Object> arguments);
}
