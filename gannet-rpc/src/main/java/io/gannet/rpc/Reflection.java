package io.gannet.rpc;

import java.util.List;

/**
 * Tells what there is to call. Offered by those who ask for it with {@link
 * RpcEndpointBuilder#reflection()}.
 */
@RpcService(name = "gannet.Reflection")
public interface Reflection {

  /**
   * A service.
   *
   * @param name its name on the wire
   * @param methods in alphabetical order
   */
  record ServiceInfo(String name, List<MethodInfo> methods) {}

  /**
   * A method.
   *
   * @param name its name on the wire
   * @param parameters what it takes, for people: {@code String}, {@code [Integer]}, {@code {name:
   *     String, born: LocalDate?}}
   * @param result what it returns, the same way; empty for nothing
   * @param encoding {@code JSON} or {@code PROTOBUF}
   * @param oneWay whether nobody waits for a reply
   */
  record MethodInfo(
      String name, List<String> parameters, String result, String encoding, boolean oneWay) {}

  /**
   * {@return all services that are offered, in alphabetical order}
   */
  List<ServiceInfo> services();
}
