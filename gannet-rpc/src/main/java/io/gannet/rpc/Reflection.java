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
   *     {@code {name: String, born: LocalDate?}}
   * @param result the type of the result, in the same form; empty for none
   * @param encoding {@code JSON} or {@code PROTOBUF}
   * @param oneWay whether there is no reply
   */
  record MethodInfo(
      String name, List<String> parameters, String result, String encoding, boolean oneWay) {}

  /** {@return all offered services, in alphabetical order} */
  List<ServiceInfo> services();
}
