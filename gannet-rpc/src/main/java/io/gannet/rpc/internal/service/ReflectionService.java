package io.gannet.rpc.internal.service;

import io.gannet.rpc.Reflection;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.protobuf.ProtobufMethodFormat;
import io.gannet.rpc.internal.protobuf.ServiceDescriptors;
import io.gannet.rpc.internal.wire.Payload;
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

  @Override
  public List<byte[]> descriptors(String service) {
    if (!services.has(service)) {
      throw new RpcException(RpcCode.NOT_FOUND, "there is no service '%s'".formatted(service));
    }
    List<ServiceDescriptors.Method> methods = new ArrayList<>();
    for (MethodShape shape : services.shapes()) {
      if (Services.serviceOf(shape.path()).equals(service)
          && shape.format().encoding() == Payload.Encoding.PROTOBUF) {
        methods.add(
            new ServiceDescriptors.Method(
                shape.path().substring(service.length() + 1),
                (ProtobufMethodFormat) shape.format(),
                (ProtobufMethodFormat) shape.streamFormat(),
                shape.form() == MethodShape.Form.STREAM));
      }
    }
    if (methods.isEmpty() || methods.stream().noneMatch(ServiceDescriptors.Method::isDefinable)) {
      throw new RpcException(
          RpcCode.FAILED_PRECONDITION,
          "'%s' has no method with Protobuf that a .proto file can define".formatted(service));
    }
    try {
      return ServiceDescriptors.serialized(service, methods);
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()), e);
    }
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
