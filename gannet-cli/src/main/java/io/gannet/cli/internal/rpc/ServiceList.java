package io.gannet.cli.internal.rpc;

import io.gannet.rpc.Reflection;
import java.io.PrintWriter;
import java.util.List;

/** Shows what a server offers. */
final class ServiceList {

  private ServiceList() {}

  static void print(List<Reflection.ServiceInfo> services, PrintWriter out) {
    for (Reflection.ServiceInfo service : services) {
      out.println(service.name());
      for (Reflection.MethodInfo method : service.methods()) {
        out.println("  " + describe(method));
      }
    }
  }

  static void printNames(List<Reflection.ServiceInfo> services, PrintWriter out) {
    for (Reflection.ServiceInfo service : services) {
      service.methods().stream()
          .map(method -> service.name() + "/" + method.name())
          .distinct() // one may be there in JSON and in Protobuf
          .forEach(out::println);
    }
  }

  private static String describe(Reflection.MethodInfo method) {
    String result = method.result().isEmpty() ? "" : " -> " + method.result();
    String oneWay = method.oneWay() ? "  (one-way)" : "";
    String encoding = method.encoding().equals("JSON") ? "" : "  (" + method.encoding() + ")";
    return "%s(%s)%s%s%s"
        .formatted(method.name(), String.join(", ", method.parameters()), result, oneWay, encoding);
  }
}
