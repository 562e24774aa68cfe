package io.gannet.spring.boot.internal;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcCluster;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Passes calls on to the proxy of a client that may not have started yet, or starts again. */
final class ClientProxy implements InvocationHandler {

  /** A started client with its proxy. */
  private record Target(RpcCluster client, Object proxy) {}

  private final ManagedClient client;
  private final Class<?> service;
  private final CallOptions options;
  private final boolean hidden;
  private volatile @Nullable Target last;

  private ClientProxy(ManagedClient client, Class<?> service, CallOptions options) {
    this.client = client;
    this.service = service;
    this.options = options;
    this.hidden = !Modifier.isPublic(service.getModifiers());
  }

  static <T> T of(ManagedClient client, Class<T> service, CallOptions options) {
    return service.cast(
        Proxy.newProxyInstance(
            service.getClassLoader(),
            new Class<?>[] {service},
            new ClientProxy(client, service, options)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> arguments != null && isSame(arguments[0]);
        case "hashCode" -> 31 * client.hashCode() + service.hashCode();
        default -> "%s of %s".formatted(service.getName(), client);
      };
    }
    if (hidden) {
      method.setAccessible(true);
    }
    try {
      return method.invoke(target(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @SuppressWarnings("ReferenceEquality") // another client, even if it were equal
  private Object target() {
    RpcCluster now = client.started();
    @Nullable Target known = last;
    if (known == null || known.client() != now) {
      known = new Target(now, now.proxy(service, options));
      last = known;
    }
    return known.proxy();
  }

  private boolean isSame(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof ClientProxy that
        && that.client == client
        && that.service == service
        && that.options.equals(options);
  }
}
