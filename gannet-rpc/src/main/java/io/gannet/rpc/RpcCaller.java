package io.gannet.rpc;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The other side of calls: a server through an {@link RpcClient}, or the peer of a connection
 * through an {@link RpcPeer}. Safe for use by any number of threads.
 *
 * <p><b>Waiting.</b> A method that returns its result, and a {@code void} method, wait for the
 * reply, which is not allowed on an I/O thread. Other methods return at once, except that they wait
 * for room if the connection's outbound queue is full.
 *
 * <p><b>Cancelling.</b> A call is cancelled when its stage is completed by the caller
 * ({@code cancel}, {@code orTimeout} or otherwise), when the waiting thread is interrupted, or when
 * its deadline passes. Its handler is notified, see {@link CallContext}.
 *
 * <p><b>Stages</b> complete on a virtual thread of their own, so dependent stages may block.
 *
 * <p><b>Failures</b> are {@link RpcException}s, or exceptions that both sides have registered
 * ({@link RpcEndpointBuilder#exception}). A stage fails with them directly, without a wrapper. A
 * result of the wrong type is an {@link RpcException} with {@link RpcCode#INTERNAL}.
 *
 * <p><b>By name.</b> Each way to call a method by name has two forms: a short one, with a class and
 * the arguments, and a full one, with any type, the options and a list of the arguments. A call by
 * name uses Protobuf if the argument or the result is a message, otherwise JSON.
 */
public interface RpcCaller {

  /**
   * Creates a proxy, whose methods are calls.
   *
   * @param service an interface, see {@link RpcEndpointBuilder#service} for its possible methods
   * @param <T> the interface
   * @return the proxy, safe for use by any number of threads; proxies of the same caller, interface
   *     and options are equal
   * @throws IllegalArgumentException if it isn't an interface, or a method can't be called
   *     remotely; the message says which and why
   */
  default <T> T proxy(Class<T> service) {
    return proxy(service, CallOptions.defaults());
  }

  /**
   * Creates a proxy whose methods are calls with the given options. This is cheap enough to be done
   * for a single call.
   *
   * @param service an interface
   * @param options the options of every call
   * @param <T> the interface
   * @return the proxy, see {@link #proxy(Class)}
   * @throws IllegalArgumentException see {@link #proxy(Class)}
   */
  <T> T proxy(Class<T> service, CallOptions options);

  /**
   * Calls a method by name and waits for the result.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param resultType the type of the result; {@code Void.class} to ignore the result
   * @param arguments the arguments
   * @param <R> the type of the result
   * @return the result; null if the peer returned null
   * @throws RpcException if the call fails
   */
  @SuppressWarnings("unchecked") // the result has the requested type
  default <R> @Nullable R call(String method, Class<R> resultType, @Nullable Object... arguments) {
    return (R) call(method, resultType, CallOptions.defaults(), Arrays.asList(arguments));
  }

  /**
   * Calls a method by name and waits for the result.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param resultType the type of the result
   * @param options the options of this call
   * @param arguments the arguments
   * @return the result, of the given type
   * @throws RpcException if the call fails
   */
  @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by name.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param resultType the type of the result; {@code Void.class} to ignore the result
   * @param arguments the arguments
   * @param <R> the type of the result
   * @return completes with the result; with null if the peer returned null
   */
  @SuppressWarnings("unchecked") // the result has the requested type
  default <R> CompletionStage<@Nullable R> callAsync(
      String method, Class<R> resultType, @Nullable Object... arguments) {
    return (CompletionStage<@Nullable R>)
        callAsync(method, resultType, CallOptions.defaults(), Arrays.asList(arguments));
  }

  /**
   * Calls a method by name.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param resultType the type of the result
   * @param options the options of this call
   * @param arguments the arguments
   * @return completes with the result, of the given type
   */
  CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by name and reads its result as a stream. A method that returns a single value
   * results in a stream with that value.
   *
   * @param method service and method, such as {@code Clock/ticks}
   * @param itemType the type of the items
   * @param arguments the arguments; a stream must be the last one
   * @param <T> the type of the items
   * @return the stream, which reports every failure to its reader
   */
  @SuppressWarnings("unchecked") // the items have the requested type
  default <T> RpcStream<T> callStream(
      String method, Class<T> itemType, @Nullable Object... arguments) {
    return (RpcStream<T>)
        callStream(method, itemType, CallOptions.defaults(), Arrays.asList(arguments));
  }

  /**
   * Calls a method by name and reads its result as a stream. A method that returns a single value
   * results in a stream with that value.
   *
   * @param method service and method, such as {@code Clock/ticks}
   * @param itemType the type of the items
   * @param options the options of this call
   * @param arguments the arguments; a stream must be the last one
   * @return the stream, with items of the given type, which reports every failure to its reader
   */
  RpcStream<?> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments);

  /**
   * Calls a method by name without a reply, see {@link OneWay}.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param arguments the arguments
   * @throws RpcException if the request can't be sent
   */
  default void callOneWay(String method, @Nullable Object... arguments) {
    callOneWay(method, CallOptions.defaults(), Arrays.asList(arguments));
  }

  /**
   * Calls a method by name without a reply, see {@link OneWay}.
   *
   * @param method service and method, such as {@code Greeter/hello}
   * @param options the options of this call; the timeout limits how long the call waits to be sent,
   *     and is also sent to the peer
   * @param arguments the arguments
   * @throws RpcException if the request can't be sent
   */
  void callOneWay(String method, CallOptions options, List<? extends @Nullable Object> arguments);
}
