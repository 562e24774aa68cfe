package io.gannet.cli.internal.rpc;

import io.gannet.cli.internal.common.Printable;
import io.gannet.rpc.Reflection;
import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Prints the services of a server. */
final class ServiceListing {

  /**
   * Names without characters that a shell interprets. The completion script checks this as well.
   */
  private static final Pattern COMPLETABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:/-]*");

  private ServiceListing() {}

  static void print(List<Reflection.ServiceInfo> services, PrintWriter out) {
    for (Reflection.ServiceInfo service : services) {
      out.println(Printable.text(service.name()));
      for (Reflection.MethodInfo method : service.methods()) {
        out.println("  " + Printable.text(describe(method)));
      }
    }
  }

  static void printNames(List<Reflection.ServiceInfo> services, PrintWriter out) {
    for (Reflection.ServiceInfo service : services) {
      service.methods().stream()
          .map(method -> service.name() + "/" + method.name())
          .filter(name -> COMPLETABLE.matcher(name).matches())
          .distinct() // a method may be offered in both JSON and Protobuf
          .forEach(out::println);
    }
  }

  static String describe(Reflection.MethodInfo method) {
    String result = method.result().isEmpty() ? "" : " -> " + method.result();
    String oneWay = method.oneWay() ? "  (one-way)" : "";
    String encoding = method.encoding().equals("JSON") ? "" : "  (" + method.encoding() + ")";
    return "%s(%s)%s%s%s"
        .formatted(method.name(), String.join(", ", method.parameters()), result, oneWay, encoding);
  }
}
