package io.gannet.rpc.internal.service;

import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufJsonFormat;
import io.gannet.rpc.internal.protobuf.ProtobufTypes;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.OfferedServices;
import io.gannet.rpc.internal.wire.Payload;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The services that one side offers. Not changed once it is in use. */
public final class Services implements OfferedServices {

  /**
   * A method and the object that handles its calls.
   *
   * @param shape the method
   * @param target the implementation
   */
  public record Handler(MethodShape shape, Object target) {}

  /**
   * The handlers of a method, one per encoding; null if the method can't be called in that
   * encoding.
   */
  private record Handlers(
      @Nullable Handler json, @Nullable Handler protobuf, @Nullable Handler protobufJson) {

    private static final Handlers NONE = new Handlers(null, null, null);

    Handlers with(Handler handler) {
      return isProtobuf(handler)
          ? new Handlers(json, handler, withJson(handler))
          : new Handlers(handler, protobuf, protobufJson);
    }

    /** Returns the handler of a method with Protobuf for calls with JSON, or null. */
    private static @Nullable Handler withJson(Handler handler) {
      if (!ProtobufTypes.mapsJson()) {
        return null;
      }
      MethodShape shape = handler.shape();
      MethodFormat items = shape.streamFormat();
      MethodFormat mapped = ProtobufJsonFormat.of(shape.format());
      MethodFormat mappedItems = items == null ? null : ProtobufJsonFormat.of(items);
      return mapped == null || (items != null && mappedItems == null)
          ? null
          : new Handler(shape.with(mapped, mappedItems), handler.target());
    }

    boolean has(Handler handler) {
      return (isProtobuf(handler) ? protobuf : json) != null;
    }

    private static boolean isProtobuf(Handler handler) {
      return handler.shape().format().encoding() == Payload.Encoding.PROTOBUF;
    }

    Handler choose(Payload.Encoding encoding) {
      if (encoding == Payload.Encoding.PROTOBUF_JSON && protobufJson != null) {
        return protobufJson;
      }
      boolean prefersProtobuf = encoding == Payload.Encoding.PROTOBUF;
      Handler preferred = prefersProtobuf ? protobuf : json;
      return preferred != null
          ? preferred
          : Objects.requireNonNull(prefersProtobuf ? json : protobuf);
    }
  }

  private final Map<String, Handlers> handlers = new HashMap<>();
  private final Set<String> names = new TreeSet<>();

  /** Creates an empty set of services. */
  public Services() {}

  /**
   * Adds a service. A service of the same name may exist already if its methods have other names or
   * another encoding.
   *
   * @param shape its interface
   * @param target the implementation
   * @throws IllegalArgumentException if a service of that name exists and has a method of the same
   *     name and encoding
   */
  public void add(ServiceShape shape, Object target) {
    for (MethodShape method : shape.methods().values()) {
      if (!method.method().trySetAccessible()) {
        throw new IllegalArgumentException(
            "%s is not accessible: make it public, or open its package to io.gannet.rpc"
                .formatted(shape.type().getName()));
      }
      Handler handler = new Handler(method, target);
      Handlers before = handlers.getOrDefault(method.path(), Handlers.NONE);
      if (before.has(handler)) {
        throw new IllegalArgumentException(
            "the method '%s' is already offered: give %s another name or version with @RpcService"
                .formatted(method.path(), shape.type().getName()));
      }
      handlers.put(method.path(), before.with(handler));
    }
    names.add(shape.name());
  }

  /**
   * Finds the handler of a call.
   *
   * @param path service and method
   * @param encoding the encoding of its arguments
   * @return the handler, or one for another encoding if there is none for this one; null if there
   *     is no such method
   */
  public @Nullable Handler find(String path, Payload.Encoding encoding) {
    Handlers found = handlers.get(path);
    return found == null ? null : found.choose(encoding);
  }

  /**
   * Describes the method that {@link #find} finds.
   *
   * @param path service and method
   * @param encoding the encoding of its arguments
   * @return the method, or null if there is none
   */
  public OfferedMethods.@Nullable Method describe(String path, Payload.Encoding encoding) {
    Handlers known = handlers.get(path);
    if (known == null) {
      return null;
    }
    MethodShape shape = known.choose(encoding).shape();
    boolean isProtobuf = shape.format().encoding() == Payload.Encoding.PROTOBUF;
    return new OfferedMethods.Method(
        shape.format().encoding(),
        shape.streams(),
        shape.sent().size(),
        shape.returns(),
        shape.isIdempotent(),
        isProtobuf && known.protobufJson() != null);
  }

  /** {@return whether a service is offered} */
  public boolean has(String service) {
    return names.contains(service);
  }

  /** {@return all methods, in the alphabetical order of their paths} */
  public List<MethodShape> shapes() {
    return handlers.values().stream()
        .flatMap(found -> Stream.of(found.json(), found.protobuf()))
        .filter(Objects::nonNull)
        .map(Handler::shape)
        .sorted(Comparator.comparing(MethodShape::path))
        .toList();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  @Override
  public List<OfferedServices.Method> protobufMethods() {
    return shapes().stream().map(Services::protobuf).filter(Objects::nonNull).toList();
  }

  /** Returns null for a method that gRPC can't express with Protobuf, or whose types are open. */
  private static OfferedServices.@Nullable Method protobuf(MethodShape shape) {
    Frame.Streams streams = shape.streams();
    boolean isBare = streams == Frame.Streams.NONE && shape.sent().isEmpty() && !shape.returns();
    if (isBare) {
      return new OfferedServices.Method(shape.path(), streams, null, null);
    }
    int count = shape.sent().size() + (shape.streamAt() < 0 ? 0 : 1);
    if (shape.format().encoding() != Payload.Encoding.PROTOBUF || count > 1) {
      return null;
    }
    Class<?> argument = null;
    Class<?> result = null;
    if (count == 1) {
      int index = shape.streamAt() < 0 ? shape.sent().getFirst() : shape.streamAt();
      argument = message(shape.method().getGenericParameterTypes()[index]);
    }
    if (shape.returns()) {
      result = message(shape.method().getGenericReturnType());
    }
    return (count == 1 && argument == null) || (shape.returns() && result == null)
        ? null
        : new OfferedServices.Method(shape.path(), streams, argument, result);
  }

  /** Returns the class of a message, or of that inside a stream or stage; null if it is open. */
  private static @Nullable Class<?> message(Type type) {
    Type inside =
        type instanceof ParameterizedType outer ? outer.getActualTypeArguments()[0] : type;
    return inside instanceof Class<?> message ? message : null;
  }

  /** {@return whether the service of a method is offered, even if the method isn't} */
  public boolean hasServiceOf(String path) {
    return names.contains(serviceOf(path));
  }

  /** {@return the service in a path; empty if the path contains none} */
  public static String serviceOf(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** {@return the error text for a caller whose method isn't offered} */
  public String missing(String path) {
    int slash = path.lastIndexOf('/');
    if (hasServiceOf(path)) {
      return "service '%s' has no method '%s'"
          .formatted(path.substring(0, slash), path.substring(slash + 1));
    }
    return slash > 0
        ? "there is no service '%s'".formatted(path.substring(0, slash))
        : "'%s' is not of the form Service/method".formatted(path);
  }
}
