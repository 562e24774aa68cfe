package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcStream;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Forwards calls to a {@link Caller}. The base class of callers with further functions. */
public abstract class ForwardingCaller implements RpcCaller {

  /** Creates the base class. */
  protected ForwardingCaller() {}

  /** {@return the caller} */
  protected abstract Caller caller();

  @Override
  public final <T> T proxy(Class<T> service, CallOptions options) {
    return caller().proxy(service, options);
  }

  @Override
  public final @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller().call(method, resultType, options, arguments);
  }

  @Override
  public final CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller().callAsync(method, resultType, options, arguments);
  }

  @Override
  public final void callOneWay(
      String method, CallOptions options, List<? extends @Nullable Object> arguments) {
    caller().callOneWay(method, options, arguments);
  }

  @Override
  public final RpcStream<Object> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller().callStream(method, itemType, options, arguments);
  }
}
