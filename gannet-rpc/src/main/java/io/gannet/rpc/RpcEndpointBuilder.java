package io.gannet.rpc;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings that servers and clients share. Both can offer services and make calls. Not
 * thread-safe.
 *
 * @param <B> the type of the builder itself
 */
public interface RpcEndpointBuilder<B extends RpcEndpointBuilder<B>> {

  /**
   * Offers a service to the peer of each connection.
   *
   * <p>Each method of the interface without a body can be called remotely; {@code default} methods
   * run on the caller's side. A method returns its result, a
   * {@link java.util.concurrent.CompletionStage} or {@link java.util.concurrent.CompletableFuture}
   * of it, an {@link RpcStream} or {@link java.util.concurrent.Flow.Publisher}, or {@code void}.
   * With {@link OneWay}, it must return {@code void}. One parameter may be a stream as well.
   *
   * <p>Parameters and results can be all types that Jackson maps to JSON, including generic types
   * whose type arguments the interface specifies. A parameter of type {@link CallContext} isn't
   * sent; the handler receives the call.
   *
   * <p>A method that takes one Protobuf message or nothing, and returns one or nothing, or streams
   * of messages, is called with Protobuf instead of JSON. Two interfaces may have the same service
   * name, so that its methods can be called in both encodings.
   *
   * <p>Handlers run on virtual threads, one for each call. They may block, and must be thread-safe.
   *
   * @param type the interface
   * @param implementation handles the calls
   * @param <T> the interface
   * @return this
   * @throws IllegalArgumentException if the type isn't an interface, a method can't be offered, two
   *     methods have the same name, or the service already has such a method; the message says what
   *     to do
   */
  <T> B service(Class<T> type, T implementation);

  /**
   * Registers an exception, so that the caller receives this type with its message. Both sides must
   * do this: a class is never loaded because the peer names it.
   *
   * @param type exactly the class that a handler throws
   * @param factory creates the exception from a message
   * @param <E> the exception
   * @return this
   * @see #exception(Class, String, Function, BiFunction)
   */
  default <E extends Exception> B exception(Class<E> type, Function<String, E> factory) {
    return exception(
        type, type.getName(), thrown -> Map.of(), (message, details) -> factory.apply(message));
  }

  /**
   * Registers an exception, so that the caller receives this type with its message and details.
   * Both sides must do this: a class is never loaded because the peer names it.
   *
   * <p>If the method of a proxy doesn't declare a checked exception, the caller receives it as an
   * {@link RpcException}.
   *
   * @param type exactly the class that a handler throws
   * @param name the name on the wire
   * @param details returns additional data for programs; at most 64 entries and 16 KiB
   * @param factory creates the exception from a message and the details
   * @param <E> the exception
   * @return this
   */
  <E extends Exception> B exception(
      Class<E> type,
      String name,
      Function<E, Map<String, String>> details,
      BiFunction<String, Map<String, String>, E> factory);

  /**
   * Adds an interceptor for the calls that this side makes. Calls pass interceptors in the order in
   * which they were added.
   *
   * @param interceptor the interceptor
   * @return this
   */
  B interceptOutgoing(RpcInterceptor interceptor);

  /**
   * Adds an interceptor for the calls that this side handles. Calls pass interceptors in the order
   * in which they were added. Calls that are refused because of a limit, or can't be decoded, don't
   * reach interceptors. Calls of methods that aren't offered do, see {@link RpcCall#isOffered()}.
   *
   * @param interceptor the interceptor
   * @return this
   */
  B interceptIncoming(RpcInterceptor interceptor);

  /**
   * Sets the wire protocol. Both sides must use the same; a server may offer several, see
   * {@link RpcServerBuilder#wire(RpcWire, RpcWire, RpcWire...)}.
   *
   * @param wire {@link RpcWire#GANNET} by default
   * @return this
   */
  B wire(RpcWire wire);

  /**
   * Offers {@link Reflection}, so that every peer can list the services. A server with
   * {@link RpcWire#GRPC} also offers gRPC's reflection, if the Protobuf library is present.
   *
   * @return this
   */
  B reflection();

  /**
   * Offers {@link Health} for the services of this side. A server with {@link RpcWire#GRPC} also
   * offers gRPC's health service, if the Protobuf library is present.
   *
   * @param isServing receives the name of a service, or the empty name for all services together,
   *     and returns whether it is available; called on a virtual thread
   * @return this
   */
  B health(Predicate<String> isServing);

  /**
   * Sets the timeout of this side's calls without a timeout of their own. Calls with streams have
   * no timeout by default.
   *
   * @param timeout 10 s by default, positive
   * @return this
   */
  B defaultTimeout(Duration timeout);

  /**
   * Limits the calls of this side that wait for their reply on one connection. Further calls fail
   * at once with {@link RpcCode#RESOURCE_EXHAUSTED}. If the peer's limit on running calls is lower,
   * it applies. The same number of asynchronous calls may wait for a connection.
   *
   * @param calls 1,024 by default, at most 1,048,576
   * @return this
   */
  B maxPendingCalls(int calls);

  /**
   * Limits the running calls of the peer on one connection. Further calls are refused with
   * {@link RpcCode#RESOURCE_EXHAUSTED}. A call counts until its handler has returned and the stage
   * that it returned has completed, even if the caller has cancelled it or its deadline has passed:
   * a stage that never completes occupies its slot for ever. A call whose response waits because
   * the peer doesn't read counts as well.
   *
   * @param calls 1,024 by default
   * @return this
   */
  B maxRunningCallsPerConnection(int calls);

  /**
   * Limits the running calls on all connections of this endpoint together, counted like
   * {@link #maxRunningCallsPerConnection}. A call counts until it has ended, even if its connection
   * has closed. Further calls are refused with {@link RpcCode#RESOURCE_EXHAUSTED}.
   *
   * @param calls 16,384 by default
   * @return this
   */
  B maxRunningCalls(int calls);

  /**
   * Limits the bytes of the arguments and metadata of all running calls of this endpoint together,
   * measured after decompression. Further calls are refused with
   * {@link RpcCode#RESOURCE_EXHAUSTED}. A call with less than 4 KiB isn't counted. For a stream as
   * an argument, the queued items count with their received size plus 128 bytes each, and the item
   * that was read last counts with its decompressed size.
   *
   * <p>A result that waits because the peer doesn't read counts as well. If the limit is exceeded,
   * the call fails with {@link RpcCode#RESOURCE_EXHAUSTED} instead.
   *
   * @param bytes by default an eighth of the maximum heap ({@code -Xmx}), at least 8 MiB and at
   *     most 256 MiB. The objects that a handler receives may take several times this size
   * @return this
   */
  B maxRunningBytes(long bytes);

  /**
   * Sets how much of each received stream is buffered before it is read. At this limit the sender
   * pauses until half of the buffer has been read. The last item may exceed the limit, so that at
   * most this limit and the largest message wait for each stream. Streams of arguments also count
   * for {@link #maxRunningBytes}.
   *
   * @param items 256 by default, at most 1,048,576
   * @param bytes the size as received, 256 KiB by default, at most 1 GiB
   * @return this
   */
  B streamWindow(int items, int bytes);

  /**
   * Compresses arguments and results above a size with DEFLATE, if the peer supports it. Compressed
   * data from the peer is always accepted.
   *
   * @param bytes the size; {@link Integer#MAX_VALUE}, the default, for never
   * @return this
   */
  B compressAbove(int bytes);

  /**
   * Sets the limits on the metadata of a call, in both directions.
   *
   * @param entries 64 by default, at most 10,000
   * @param bytes the size on the wire, 16 KiB by default, at most 60,000
   * @return this
   */
  B maxMetadata(int entries, int bytes);

  /**
   * Sets the data that this side sends about itself when a connection is established, see
   * {@link RpcPeer#greeting()}.
   *
   * @param greeting empty by default
   * @return this
   */
  B greeting(Metadata greeting);

  /**
   * Sets how long the peer may take, once connected, to send its hello of this protocol. The
   * connection is then closed.
   *
   * @param timeout 10 s by default, positive
   * @return this
   */
  B greetingTimeout(Duration timeout);

  /**
   * Sets when this side sends a heartbeat: if nothing was sent, or nothing was received, for the
   * period. A connection on which nothing was received for the timeout is closed with {@link
   * io.gannet.transport.CloseReason.Kind#HEARTBEAT_TIMEOUT}.
   *
   * <p>With gRPC, a heartbeat is a PING. Clients of gRPC send none unless this is set, because
   * gRPC's servers by default close a connection on which a client sends more than one in five
   * minutes, or any without a running call.
   *
   * @param period 30 s by default, except for clients of gRPC; zero for no heartbeat
   * @param timeout 90 s by default; longer than the period, or zero for none
   * @return this
   */
  B heartbeat(Duration period, Duration timeout);

  /**
   * Sets the mapper between values and JSON. The default mapper transmits a value exactly or
   * refuses it, refuses types that the receiver would look up by name, finds Jackson's Kotlin
   * module automatically, and limits the nesting of values to 200. Another mapper defines its own
   * rules for types and precision. Types that it can't read or write are still refused together
   * with their interface. Set it before {@link #service}.
   *
   * @param mapper the mapper; the peer needs a compatible one
   * @return this
   */
  B json(JsonMapper mapper);

  /**
   * Sends the stack trace, as the detail {@code stack}, if a handler fails with an exception that
   * isn't an {@link RpcException}. For debugging: it reveals the internals of the program to every
   * peer.
   *
   * @return this
   */
  B exposeStacks();

  /**
   * Sets how long a stop waits for calls to complete.
   *
   * @param grace 10 s by default
   * @return this
   */
  B drainGrace(Duration grace);

  /**
   * Sets the time source of deadlines and of the transport. For tests.
   *
   * @param time {@link TimeSource#system()} by default
   * @return this
   */
  B time(TimeSource time);
}
