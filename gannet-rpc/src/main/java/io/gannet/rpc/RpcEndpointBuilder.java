package io.gannet.rpc;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings that servers and clients have in common: both offer services and both call. Not
 * thread-safe.
 *
 * @param <B> the type of the builder itself
 */
public interface RpcEndpointBuilder<B extends RpcEndpointBuilder<B>> {

  /**
   * Offers a service to whoever is at the other end of a connection.
   *
   * <p>Each method of the interface that has no body can be called; {@code default} methods run where
   * they are called. A method returns its result, a {@link java.util.concurrent.CompletionStage} or
   * {@link java.util.concurrent.CompletableFuture} of it, or {@code void}; with {@link OneWay}, {@code
   * void} only; or an {@link RpcStream} or {@link java.util.concurrent.Flow.Publisher}. One of its parameters
   * may be such a stream, too. Its parameters and result are whatever Jackson
   * maps to JSON, generic types included; what there is for a type parameter must be known from the
   * interface. A parameter of type {@link CallContext} is not sent; the handler is given the call.
   *
   * <p>A method that takes one Protobuf message or nothing, and returns one or nothing, or streams of them,
   * is called with Protobuf instead. Two interfaces may have the same service name, so that methods can be called in
   * both ways.
   *
   * <p>Handlers run on virtual threads, one for each call, as many as there are calls: they may block,
   * and must be thread-safe.
   *
   * @param type the interface
   * @param implementation what handles the calls
   * @param <T> the interface
   * @return this
   * @throws IllegalArgumentException if the type is not an interface, a method can't be offered, two
   *     methods have the same name, or there is such a method of that service already; the message says
   *     what to do
   */
  <T> B service(Class<T> type, T implementation);

  /**
   * Lets an exception arrive at the caller as what it is, with its message. Both sides must do this; no
   * class is ever loaded because the other side names it.
   *
   * @param type exactly this class, thrown by a handler
   * @param factory makes one of a message
   * @param <E> the exception
   * @return this
   * @see #exception(Class, String, Function, BiFunction)
   */
  default <E extends Exception> B exception(Class<E> type, Function<String, E> factory) {
    return exception(
        type, type.getName(), thrown -> Map.of(), (message, details) -> factory.apply(message));
  }

  /**
   * Lets an exception arrive at the caller as what it is, with more than its message. Both sides must
   * do this; no class is ever loaded because the other side names it.
   *
   * <p>A checked exception that the method of a proxy doesn't declare arrives as an {@link
   * RpcException}.
   *
   * @param type exactly this class, thrown by a handler
   * @param name what it is called on the wire
   * @param details what else to send, for programs; at most 64 entries and 16 KiB
   * @param factory makes one of a message and what else was sent
   * @param <E> the exception
   * @return this
   */
  <E extends Exception> B exception(
      Class<E> type,
      String name,
      Function<E, Map<String, String>> details,
      BiFunction<String, Map<String, String>, E> factory);

  /**
   * Adds an interceptor of the calls that this side makes. The first that is added is the first that a
   * call passes.
   *
   * @param interceptor the interceptor
   * @return this
   */
  B interceptOutgoing(RpcInterceptor interceptor);

  /**
   * Adds an interceptor of the calls that this side handles. The first that is added is the first that
   * a call passes. Calls that are refused because of a limit, or can't be read, don't come that far; those
   * of methods that aren't offered do, see {@link RpcCall#isOffered()}.
   *
   * @param interceptor the interceptor
   * @return this
   */
  B interceptIncoming(RpcInterceptor interceptor);

  /**
   * Sets the protocol; both sides must use the same.
   *
   * @param wire {@link RpcWire#GANNET} by default
   * @return this
   */
  B wire(RpcWire wire);

  /**
   * Offers {@link Reflection}: whoever connects can ask what there is to call.
   *
   * @return this
   */
  B reflection();

  /**
   * Offers {@link Health} for the services of this side.
   *
   * @param isServing told the name of a service that is asked for, or the empty one for all together;
   *     called on a virtual thread
   * @return this
   */
  B health(Predicate<String> isServing);

  /**
   * Sets how long a call of this side may take that doesn't say so itself. Calls with streams have no limit
   * unless they say so.
   *
   * @param timeout 10 s by default, positive
   * @return this
   */
  B defaultTimeout(Duration timeout);

  /**
   * Sets how many calls of this side may wait for their reply on one connection; more fail at once with
   * {@link RpcCode#RESOURCE_EXHAUSTED}. If the peer takes fewer at a time, that counts. As many
   * asynchronous calls may wait for a connection.
   *
   * @param calls 1,024 by default, at most 1,048,576
   * @return this
   */
  B maxPendingCalls(int calls);

  /**
   * Sets how many calls of the peer may run on one connection; more are refused with {@link
   * RpcCode#RESOURCE_EXHAUSTED}. A call counts until its handler has returned, and a stage that it has
   * returned has completed, also when the caller has cancelled it or its time is over: a stage that never
   * completes keeps its place. A call whose response waits for room, because the peer doesn't read, counts as
   * well.
   *
   * @param calls 1,024 by default
   * @return this
   */
  B maxRunningCallsPerConnection(int calls);

  /**
   * Sets how many calls may run on all connections of this endpoint together, counted as for {@link
   * #maxRunningCallsPerConnection}, and until they have ended though their connection has before; more are
   * refused with {@link RpcCode#RESOURCE_EXHAUSTED}.
   *
   * @param calls 16,384 by default
   * @return this
   */
  B maxRunningCalls(int calls);

  /**
   * Sets how many bytes the arguments and the metadata of all running calls of this endpoint may have
   * together, inflated if they are compressed; more are refused with {@link RpcCode#RESOURCE_EXHAUSTED}. A call
   * with less than 4 KiB is not counted. Of a stream that is an argument, count the items that wait, as they
   * were received and with 128 bytes more for each, and the one that was read last, inflated.
   *
   * <p>A result that waits for room, because the peer doesn't read, counts as well; if there is too much, the
   * call fails with {@link RpcCode#RESOURCE_EXHAUSTED} instead.
   *
   * @param bytes by default an eighth of the largest heap ({@code -Xmx}), at least 8 MiB and at most 256
   *     MiB; what a handler makes of its arguments may take some times their size
   * @return this
   */
  B maxRunningBytes(long bytes);

  /**
   * Sets how much of each stream that comes this side takes ahead of who reads it. The other side is held
   * back from then on, until half of that has been read. The last item may take more than the bytes that
   * are left, so that up to this and the largest message wait for each stream. Of arguments all together
   * count for {@link #maxRunningBytes}.
   *
   * @param items 256 by default, at most 1,048,576
   * @param bytes as they come, 256 KiB by default, at most 1 GiB
   * @return this
   */
  B streamWindow(int items, int bytes);

  /**
   * Compresses arguments and results that are larger than this, with DEFLATE, if the peer can read that.
   * What comes compressed is read in any case.
   *
   * @param bytes {@link Integer#MAX_VALUE}, the default, for never
   * @return this
   */
  B compressAbove(int bytes);

  /**
   * Sets the limits on what goes along with a call, in and out.
   *
   * @param entries 64 by default, at most 10,000
   * @param bytes as they are on the wire, 16 KiB by default, at most 60,000
   * @return this
   */
  B maxMetadata(int entries, int bytes);

  /**
   * Sets what this side says about itself when a connection begins, see {@link RpcPeer#greeting()}.
   *
   * @param greeting nothing by default
   * @return this
   */
  B greeting(Metadata greeting);

  /**
   * Sets how long the peer may take from when the connection stands until it has said that it speaks
   * this protocol; it is closed then.
   *
   * @param timeout 10 s by default, positive
   * @return this
   */
  B greetingTimeout(Duration timeout);

  /**
   * Sets when this side asks a silent peer for a sign of life, and when it gives up on it: the
   * connection ends with {@link io.gannet.transport.CloseReason.Kind#HEARTBEAT_TIMEOUT}.
   *
   * @param period 30 s by default; zero for no heartbeat
   * @param timeout 90 s by default; more than the period, or zero for none
   * @return this
   */
  B heartbeat(Duration period, Duration timeout);

  /**
   * Sets what maps values to JSON, in place of the default: that carries a value as it is or refuses it,
   * refuses types that would be looked up where they arrive, finds Jackson's module for Kotlin by itself,
   * and nests values at most 200 deep. Which types another mapper carries, and how exactly, is its own
   * affair; types that it can't read or write are refused with their interface as before. Set it before
   * {@link #service}.
   *
   * @param mapper the mapper; the other side needs one that understands it
   * @return this
   */
  B json(JsonMapper mapper);

  /**
   * Sends the stack along when a handler fails with an exception that isn't an {@link RpcException}: as
   * the detail {@code stack}. For debugging; it tells strangers how this program is made.
   *
   * @param on off by default
   * @return this
   */
  B exposeStacks(boolean on);

  /**
   * Sets how long a stop waits for calls to end.
   *
   * @param grace 10 s by default
   * @return this
   */
  B drainGrace(Duration grace);

  /**
   * Sets the time that deadlines are measured by, and all that the transport measures. For tests.
   *
   * @param time {@link TimeSource#system()} by default
   * @return this
   */
  B time(TimeSource time);
}
