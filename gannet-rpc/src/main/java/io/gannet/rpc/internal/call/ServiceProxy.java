package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.service.ServiceShape;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The invocation handler of an interface whose methods are calls. */
final class ServiceProxy implements InvocationHandler {

  private final Caller caller;
  private final ServiceShape service;
  private final CallOptions options;

  ServiceProxy(Caller caller, ServiceShape service, CallOptions options) {
    this.caller = caller;
    this.service = service;
    this.options = options;
  }

  static <T> T make(Class<T> type, ServiceProxy handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    MethodShape shape = service.find(method);
    if (shape == null) {
      return method.isDefault()
          ? callDefault(proxy, method, arguments)
          : ofObject(proxy, method, arguments);
    }
    Invocation call =
        new Invocation(
            shape.path(),
            shape.format(),
            shape.toSend(arguments),
            options,
            shape,
            shape.streams(),
            shape.streamOf(arguments),
            shape.streamFormat());
    try {
      return switch (shape.form()) {
        case BLOCKING -> caller.callBlocking(call);
        case STAGE -> caller.callAsync(call);
        case STREAM -> caller.callStream(call);
        case ONE_WAY -> {
          caller.callOneWay(call);
          yield null;
        }
      };
    } catch (FailedCall e) {
      throw e.getCause();
    }
  }

  private static @Nullable Object callDefault(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Class<?> type = method.getDeclaringClass();
    if (Modifier.isPublic(type.getModifiers())) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
        .unreflectSpecial(method, type)
        .bindTo(proxy)
        .invokeWithArguments(arguments == null ? List.of() : Arrays.asList(arguments));
  }

  private @Nullable Object ofObject(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> {
        Object other = arguments == null ? null : arguments[0];
        yield other != null
            && Proxy.isProxyClass(other.getClass())
            && Proxy.getInvocationHandler(other) instanceof ServiceProxy handler
            && isSame(handler);
      }
      case "hashCode" -> 31 * System.identityHashCode(caller) + service.type().hashCode();
      case "toString" -> service.name() + " of " + caller;
      default -> throw new UnsupportedOperationException(method + " of " + proxy);
    };
  }

  private boolean isSame(ServiceProxy other) {
    return caller == other.caller
        && service.type() == other.service.type()
        && options.equals(other.options);
  }
}
