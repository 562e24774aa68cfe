package io.gannet.rpc.internal.service;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.format.JsonMethodFormat;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufMethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufTypes;
import io.gannet.rpc.internal.service.MethodShape.Form;
import io.gannet.transport.internal.json.JsonTypes;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeBindings;
import tools.jackson.databind.type.TypeFactory;

/**
 * An interface whose methods can be called remotely.
 *
 * @param type the interface
 * @param name its name on the wire, version included
 * @param methods its methods by their names on the wire, without default methods: those run on the
 *     calling side
 * @param byMethod the same methods, by the methods of the interface
 */
public record ServiceShape(
    Class<?> type,
    String name,
    Map<String, MethodShape> methods,
    Map<Method, MethodShape> byMethod) {

  /** {@return the shape of a method of the interface, or null if it can't be called remotely} */
  public @Nullable MethodShape find(Method method) {
    return byMethod.get(method);
  }

  /**
   * Analyses an interface.
   *
   * @param type the interface
   * @param types maps values to JSON
   * @throws IllegalArgumentException if the interface can't be a service; the message contains the
   *     method and the reason
   */
  public static ServiceShape of(Class<?> type, JsonTypes types) {
    return new Reader(type, types).read();
  }

  /** {@return the name of a service on the wire, version included} */
  private static String nameOf(Class<?> type) {
    RpcService annotation = type.getAnnotation(RpcService.class);
    if (annotation == null) {
      return type.getSimpleName();
    }
    String name = annotation.name().isEmpty() ? type.getSimpleName() : annotation.name();
    checkName(name + annotation.version(), "/:", type);
    return annotation.version().isEmpty() ? name : name + ":" + annotation.version();
  }

  private static void checkName(String name, String forbidden, Object where) {
    boolean bad =
        name.isEmpty()
            || name.chars()
                .anyMatch(c -> forbidden.indexOf(c) >= 0 || Character.isWhitespace(c) || c < ' ');
    if (bad) {
      throw new IllegalArgumentException(
          "the name '%2$s' of %1$s is empty or has a character that is not allowed on the wire"
              .formatted(where, name));
    }
  }

  /** Analyses one interface. */
  private static final class Reader {

    private final Class<?> type;
    private final JsonTypes json;
    private final TypeFactory types;
    private final JavaType resolved;
    private final String name;
    private final Map<String, MethodShape> methods = new LinkedHashMap<>();

    Reader(Class<?> type, JsonTypes json) {
      if (!type.isInterface() || type.isAnnotation()) {
        throw new IllegalArgumentException(
            type.getName() + " is not an interface: a service must be an interface");
      }
      this.type = type;
      this.json = json;
      this.types = json.mapper().getTypeFactory();
      this.resolved = types.constructType(type);
      this.name = nameOf(type);
    }

    ServiceShape read() {
      for (Method method : type.getMethods()) {
        if (Modifier.isAbstract(method.getModifiers()) && !isOfObject(method)) {
          add(method);
        }
      }
      if (methods.isEmpty()) {
        throw new IllegalArgumentException(type.getName() + " has no callable method");
      }
      return new ServiceShape(type, name, Map.copyOf(methods), byMethod());
    }

    /**
     * Maps all declarations of the methods: an inherited method may be declared several times, and
     * the proxy may receive any of them.
     */
    private Map<Method, MethodShape> byMethod() {
      Map<Method, MethodShape> all = new HashMap<>();
      for (Method method : type.getMethods()) {
        for (MethodShape shape : methods.values()) {
          if (isSame(method, shape.method())) {
            all.put(method, shape);
          }
        }
      }
      return all;
    }

    private static boolean isSame(Method method, Method other) {
      return method.getName().equals(other.getName())
          && List.of(method.getParameterTypes()).equals(List.of(other.getParameterTypes()));
    }

    /**
     * Whether the method is one of {@code Object}: interfaces may redeclare those to document them.
     */
    private static boolean isOfObject(Method method) {
      return switch (method.getName()) {
        case "hashCode", "toString" -> method.getParameterCount() == 0;
        case "equals" ->
            method.getParameterCount() == 1 && method.getParameterTypes()[0] == Object.class;
        default -> false;
      };
    }

    private void add(Method method) {
      RpcMethod annotation = method.getAnnotation(RpcMethod.class);
      String called = annotation == null ? method.getName() : annotation.value();
      checkName(called, "/", method);
      MethodShape known = methods.get(called);
      if (known == null) {
        methods.put(called, shape(method, called));
      } else if (isMoreSpecific(method, known.method())) {
        methods.put(called, shape(method, called));
      } else if (!isMoreSpecific(known.method(), method)) {
        throw new IllegalArgumentException(
            ("%s has two methods with the name '%s', %s and %s: rename one of them"
                    + " with @RpcMethod")
                .formatted(type.getName(), called, known.method(), method));
      }
    }

    /** Whether a method overrides another one, or narrows its result. */
    private static boolean isMoreSpecific(Method method, Method other) {
      return isSame(method, other)
          && other.getReturnType().isAssignableFrom(method.getReturnType());
    }

    private MethodShape shape(Method method, String called) {
      if (method.getTypeParameters().length > 0) {
        throw refused(method, "it has type parameters, which the peer can't know");
      }
      JavaType declaring = resolved.findSuperType(method.getDeclaringClass());
      TypeBindings bindings = (declaring == null ? resolved : declaring).getBindings();
      List<Integer> sent = new ArrayList<>();
      List<JavaType> parameters = new ArrayList<>();
      int contextAt = -1;
      int streamAt = -1;
      JavaType streamed = null;
      Type[] declared = method.getGenericParameterTypes();
      for (int i = 0; i < declared.length; i++) {
        if (isContinuation(method.getParameterTypes()[i])) {
          throw refused(
              method,
              "it is a suspend fun, and the peer can't resume a coroutine: declare a fun that"
                  + " returns the value, or one that returns a CompletionStage of it");
        }
        if (declared[i] == CallContext.class) {
          if (contextAt >= 0) {
            throw refused(method, "it has two parameters of type CallContext");
          }
          contextAt = i;
        } else if (isStream(method.getParameterTypes()[i])) {
          if (streamAt >= 0) {
            throw refused(method, "it takes two streams");
          }
          streamAt = i;
          streamed = item(method, declared[i], bindings);
        } else {
          sent.add(i);
          parameters.add(known(method, declared[i], bindings));
        }
      }
      Form form = form(method);
      if (form == Form.ONE_WAY && streamAt >= 0) {
        throw refused(method, "a one-way method can't take a stream");
      }
      JavaType result = result(method, form, bindings);
      String path = name + "/" + called;
      List<JavaType> all = new ArrayList<>(parameters);
      if (streamed != null) {
        all.add(streamed);
      }
      if (result != null) {
        all.add(result);
      }
      boolean protobuf = all.stream().anyMatch(type -> ProtobufTypes.isMessage(type.getRawClass()));
      if (!protobuf) {
        all.forEach(type -> check(method, type));
      }
      return new MethodShape(
          method,
          path,
          form,
          protobuf
              ? protobuf(method, path, all, parameters, result)
              : new JsonMethodFormat(path, json, parameters, result),
          List.copyOf(sent),
          contextAt,
          streamAt,
          streamed == null
              ? null
              : protobuf
                  ? new ProtobufMethodFormat(path, streamed.getRawClass(), null)
                  : new JsonMethodFormat(path, json, List.of(streamed), null));
    }

    /**
     * Whether the type is the continuation that the Kotlin compiler adds to a suspending function.
     */
    private static boolean isContinuation(Class<?> type) {
      return type.getName().equals("kotlin.coroutines.Continuation");
    }

    private static boolean isStream(Class<?> type) {
      return Flow.Publisher.class.isAssignableFrom(type);
    }

    /** Returns the type of a stream's items. */
    private JavaType item(Method method, Type declared, TypeBindings bindings) {
      if (!(declared instanceof ParameterizedType stream)
          || (stream.getRawType() != RpcStream.class
              && stream.getRawType() != Flow.Publisher.class)) {
        throw refused(method, "a stream must be an RpcStream or a Flow.Publisher of some type");
      }
      return known(method, stream.getActualTypeArguments()[0], bindings);
    }

    private MethodFormat protobuf(
        Method method,
        String path,
        List<JavaType> all,
        List<JavaType> parameters,
        @Nullable JavaType result) {
      if (parameters.size() > 1
          || !all.stream().allMatch(type -> ProtobufTypes.isMessage(type.getRawClass()))) {
        throw refused(
            method,
            "with Protobuf, a method must take one message or nothing, and return one message or"
                + " nothing, or streams of messages");
      }
      return new ProtobufMethodFormat(
          path,
          parameters.isEmpty() ? null : parameters.getFirst().getRawClass(),
          result == null ? null : result.getRawClass());
    }

    private Form form(Method method) {
      Class<?> returns = method.getReturnType();
      if (method.isAnnotationPresent(OneWay.class)) {
        if (returns != void.class) {
          throw refused(method, "a one-way method has no result: it must return void");
        }
        return Form.ONE_WAY;
      }
      if (returns == CompletionStage.class || returns == CompletableFuture.class) {
        return Form.STAGE;
      }
      if (isStream(returns)) {
        return Form.STREAM;
      }
      if (java.util.concurrent.Future.class.isAssignableFrom(returns)
          || CompletionStage.class.isAssignableFrom(returns)) {
        throw refused(method, "it must return CompletionStage or CompletableFuture instead");
      }
      return Form.BLOCKING;
    }

    private @Nullable JavaType result(Method method, Form form, TypeBindings bindings) {
      Type returns = method.getGenericReturnType();
      if (form == Form.STREAM) {
        return item(method, returns, bindings);
      }
      if (form == Form.STAGE) {
        if (!(returns instanceof ParameterizedType stage)) {
          throw refused(method, "the type that its stage completes with is missing");
        }
        returns = stage.getActualTypeArguments()[0];
      }
      return returns == void.class || returns == Void.class
          ? null
          : known(method, returns, bindings);
    }

    private JavaType known(Method method, Type declared, TypeBindings bindings) {
      JavaType known = types.resolveMemberType(declared, bindings);
      Class<?> raw = known.getRawClass();
      if (isStream(raw)) {
        throw refused(
            method,
            "a stream must be the result or a parameter, and can't be inside another value");
      }
      if (raw.isAnnotationPresent(FunctionalInterface.class)
          || CompletionStage.class.isAssignableFrom(raw)) {
        throw refused(method, "a %s can't be sent".formatted(known.toCanonical()));
      }
      return known;
    }

    private void check(Method method, JavaType type) {
      try {
        json.check(type);
      } catch (IllegalArgumentException e) {
        throw refused(method, String.valueOf(e.getMessage()));
      }
    }

    private IllegalArgumentException refused(Method method, String why) {
      return new IllegalArgumentException("%s can't be called: %s".formatted(method, why));
    }
  }
}
