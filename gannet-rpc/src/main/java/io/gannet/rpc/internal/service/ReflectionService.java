package io.gannet.rpc.internal.service;

import io.gannet.rpc.Reflection;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The reflection service: lists the offered services. */
public final class ReflectionService implements Reflection {

  private final Services services;

  /**
   * Creates the service.
   *
   * @param services the offered services
   */
  public ReflectionService(Services services) {
    this.services = services;
  }

  @Override
  public List<ServiceInfo> services() {
    Map<String, List<MethodInfo>> methods = new TreeMap<>();
    for (MethodShape shape : services.shapes()) {
      String path = shape.path();
      int slash = path.lastIndexOf('/');
      methods
          .computeIfAbsent(path.substring(0, slash), service -> new ArrayList<>())
          .add(info(path.substring(slash + 1), shape));
    }
    return methods.entrySet().stream()
        .map(service -> new ServiceInfo(service.getKey(), service.getValue()))
        .toList();
  }

  private static MethodInfo info(String name, MethodShape shape) {
    Type[] declared = shape.method().getGenericParameterTypes();
    return new MethodInfo(
        name,
        IntStream.range(0, declared.length)
            .filter(index -> index != shape.contextAt())
            .mapToObj(index -> TypeText.of(declared[index]))
            .toList(),
        result(shape),
        shape.format().encoding().name(),
        shape.form() == MethodShape.Form.ONE_WAY);
  }

  private static String result(MethodShape shape) {
    Method method = shape.method();
    Type type = method.getGenericReturnType();
    if (shape.form() == MethodShape.Form.STAGE) {
      type = ((ParameterizedType) type).getActualTypeArguments()[0];
    }
    return type == void.class || type == Void.class ? "" : TypeText.of(type);
  }
}
