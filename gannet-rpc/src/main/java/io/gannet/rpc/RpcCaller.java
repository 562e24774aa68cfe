package io.gannet.rpc;

import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose services can be called: a server through an {@link RpcClient}, or whoever is at the
 * other end of a connection through an {@link RpcPeer}. Safe for use by any number of threads.
 *
 * <p><b>Waiting.</b> A call that returns its result, and a {@code void} method, wait for the reply; not
 * allowed on an I/O thread. The others return at once, except that they wait for room in the
 * connection's outbound queue when that is full.
 *
 * <p><b>Cancelling.</b> A call is cancelled when its stage is ({@code cancel}, {@code orTimeout} or any
 * other completion by the caller), when the thread that waits is interrupted, or when its time is over.
 * Its handler is told, see {@link CallContext}.
 *
 * <p><b>Stages</b> complete on a virtual thread of their own: what is attached to them may block.
 *
 * <p><b>Failures</b> are {@link RpcException}s, or exceptions that both sides have registered ({@link
 * RpcEndpointBuilder#exception}); a stage fails with them as they are. A result of the wrong type is an
 * {@link RpcException} with {@link RpcCode#INTERNAL}.
 */
public interface RpcCaller {

  /**
   * Makes an object whose methods are calls.
   *
   * @param service an interface, see {@link RpcEndpointBuilder#service} for what its methods may look
   *     like
   * @param <T> the interface
   * @return a proxy, safe for use by any number of threads; two of the same caller, interface and
   *     options are equal
   * @throws IllegalArgumentException if it is not an interface, or a method can't be called remotely;
   *     the message says which and why
   */
  default <T> T proxy(Class<T> service) {
    return proxy(service, CallOptions.defaults());
  }

  /**
   * Makes an object whose methods are calls with some options. This is cheap enough to be done for a
   * single call.
   *
   * @param service an interface
   * @param options for every call
   * @param <T> the interface
   * @return as {@link #proxy(Class)}
   * @throws IllegalArgumentException as {@link #proxy(Class)}
   */
  <T> T proxy(Class<T> service, CallOptions options);

  /**
   * Calls a method by its name, with Protobuf if argument or result is a message and else with JSON, and waits for the result.
   *
   * @param method service and method, as {@code Greeter/hello}
   * @param resultType what to make of the result; {@code Void.class} to ignore it
   * @param arguments what to call it with
   * @param <R> the type of the result
   * @return the result; null if that is what the peer sent
   * @throws RpcException if the call fails
   */
  default <R> @Nullable R call(String method, Class<R> resultType, @Nullable Object... arguments) {
    return resultType.cast(
        call(
            method, (Type) resultType, CallOptions.defaults(), java.util.Arrays.asList(arguments)));
  }

  /**
   * Calls a method by its name, with Protobuf if argument or result is a message and else with JSON, and waits for the result.
   *
   * @param method service and method, as {@code Greeter/hello}
   * @param resultType what to make of the result
   * @param options for this call
   * @param arguments what to call it with
   * @return the result, of the type asked for
   * @throws RpcException if the call fails
   */
  @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by its name, with Protobuf if argument or result is a message and else with JSON.
   *
   * @param method service and method, as {@code Greeter/hello}
   * @param resultType what to make of the result
   * @param options for this call
   * @param arguments what to call it with
   * @return completes with the result, of the type asked for
   */
  CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by its name, with Protobuf if argument or item is a message and else with JSON, and
   * reads its result as a stream. One that gives a single value gives a stream of that.
   *
   * @param method service and method, as {@code Clock/ticks}
   * @param itemType what to make of each item
   * @param arguments what to call it with; one that is a stream comes last
   * @param <T> the type of the items
   * @return the stream; every failure reaches its reader
   */
  @SuppressWarnings("unchecked") // the items are of the type asked for
  default <T> RpcStream<T> callStream(
      String method, Class<T> itemType, @Nullable Object... arguments) {
    return (RpcStream<T>)
        callStream(
            method, (Type) itemType, CallOptions.defaults(), java.util.Arrays.asList(arguments));
  }

  /**
   * Calls a method by its name, with Protobuf if argument or item is a message and else with JSON, and
   * reads its result as a stream. One that gives a single value gives a stream of that.
   *
   * @param method service and method, as {@code Clock/ticks}
   * @param itemType what to make of each item
   * @param options for this call
   * @param arguments what to call it with; one that is a stream comes last
   * @return the stream, of items of the type asked for; every failure reaches its reader
   */
  RpcStream<?> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by its name, with Protobuf if argument or result is a message and else with JSON, and wants no reply, as {@link OneWay} says.
   *
   * @param method service and method, as {@code Greeter/hello}
   * @param options for this call; its timeout bounds how long the call waits to be sent, and goes along
   * @param arguments what to call it with
   * @throws RpcException if the request can't be sent
   */
  void callOneWay(String method, CallOptions options, List<? extends @Nullable Object> arguments);
}
