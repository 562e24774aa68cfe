package io.gannet.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call on its way, as interceptors see it. Immutable. */
public interface RpcCall {

  /** Which way a call goes. */
  enum Direction {
    /** This side has made it. */
    OUTGOING,
    /** The peer has made it. */
    INCOMING
  }

  /**
   * {@return which way it goes}
   */
  Direction direction();

  /**
   * {@return service and method, as {@code Greeter/hello}. Of an incoming call this is what the peer has sent,
   * up to 1,024 bytes of any text, unless {@link #isOffered()}}
   */
  String method();

  /**
   * Tells whether this side has a handler for an incoming call. One that it has none for passes the
   * interceptors as well, so that a stranger isn't told which names exist before it has shown who it is; behind
   * them it fails with {@link RpcCode#UNIMPLEMENTED}.
   *
   * @return false for an incoming call of a method that isn't offered, or not with such streams
   */
  boolean isOffered();

  /**
   * {@return whether there is no reply}
   */
  boolean isOneWay();

  /**
   * {@return who has made an incoming call; empty for an outgoing one, whose connection is chosen behind
   * the interceptors}
   */
  Optional<RpcPeer> peer();

  /**
   * {@return how much time is left; negative if it is over; empty if there is no limit}
   */
  Optional<Duration> timeLeft();

  /**
   * {@return what goes along with it}
   */
  Metadata metadata();

  /**
   * Gets what it is called with. Those of an incoming call are read when this is first called.
   *
   * @return the arguments that are sent, unmodifiable; an {@link RpcStream} is the last, and a {@link
   *     CallContext} is none of them
   * @throws RpcException with {@link RpcCode#INVALID_ARGUMENT} if the peer has sent something else than
   *     what the method takes
   */
  List<@Nullable Object> arguments();

  /**
   * Adds a scope, inside of which all that runs for the call does, on whatever thread: the interceptors behind, the
   * handler, what makes the items of a stream that it returns, subscribers of the streams that belong to it, what is
   * attached to the stages of calls that it makes, and {@link CallContext#onCancel}. For an outgoing call that is
   * what makes the items that it sends, the subscriber of the stream that it returns, and what is attached to its
   * stage. Code that runs on a thread of the user's own takes part by {@link CallContext#propagateTo}.
   *
   * @param scope used until the call has ended, and once more after that for what was attached
   * @return the same inside of that scope; a scope that was added before is outside of it
   */
  RpcCall within(CallScope scope);

  /**
   * Replaces what goes along.
   *
   * @param metadata the new metadata
   * @return the same with that metadata
   */
  RpcCall withMetadata(Metadata metadata);

  /**
   * Replaces what it is called with.
   *
   * @param arguments the new arguments, of the types that the method takes
   * @return the same with those arguments
   */
  RpcCall withArguments(List<? extends @Nullable Object> arguments);
}
