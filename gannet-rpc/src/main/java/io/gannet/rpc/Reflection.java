package io.gannet.rpc;

import java.util.List;

/** Lists the services of a server. Enabled with {@link RpcEndpointBuilder#reflection()}. */
@RpcService(name = "gannet.Reflection")
public interface Reflection {

  /**
   * A service.
   *
   * @param name the name on the wire
   * @param methods the methods, in alphabetical order
   */
  record ServiceInfo(String name, List<MethodInfo> methods) {}

  /**
   * A method.
   *
   * @param name the name on the wire
   * @param parameters the types of the parameters, for people: {@code String}, {@code [Integer]},
   *     {@code {name: String, born: LocalDate?}}, and {@code {[String]: Integer}} for a map
   * @param result the type of the result, in the same form; empty for none
   * @param encoding {@code JSON} or {@code PROTOBUF}
   * @param oneWay whether there is no reply
   */
  record MethodInfo(
      String name, List<String> parameters, String result, String encoding, boolean oneWay) {}

  /** {@return all offered services, in alphabetical order} */
  List<ServiceInfo> services();

  /**
   * Returns the definition of a service and of its messages, as in a .proto file. Methods with JSON
   * are left out, and so are methods with Protobuf that take a stream and another argument.
   *
   * @param service the name of the service on the wire
   * @return messages of the type {@code google.protobuf.FileDescriptorProto}, each after those that
   *     it imports; the last one defines the service
   * @throws RpcException {@link RpcCode#NOT_FOUND} if no such service is offered, or
   *     {@link RpcCode#FAILED_PRECONDITION} if it can't be defined in a .proto file: it has no
   *     methods with Protobuf, or messages of Protobuf's lite runtime, or a name that such files
   *     can't have
   */
  List<byte[]> descriptors(String service);
}
