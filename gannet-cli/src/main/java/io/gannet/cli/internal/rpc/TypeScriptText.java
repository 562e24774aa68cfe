package io.gannet.cli.internal.rpc;

import io.gannet.rpc.Reflection.MethodInfo;
import io.gannet.rpc.Reflection.ServiceInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the services of a server as a TypeScript module for the JavaScript client: for each
 * service an interface, and a function of the same name that creates it from a client.
 */
final class TypeScriptText {

  private static final String STREAM = "stream ";

  /** What can't be the name of an interface or of a function. */
  private static final Set<String> RESERVED =
      Set.of(
          ("any as async await boolean break case catch class const continue debugger default"
               + " delete do else enum export extends false finally for from function get if"
               + " implements import in instanceof interface let never new null number object of"
               + " package private protected public return set static string super switch symbol"
               + " this throw true try type typeof undefined unknown var void while with yield"
               + " bigint eval arguments RpcClient CallOptions Promise Array ReadonlyArray Record"
               + " AsyncIterable AsyncIterableIterator Uint8Array ArrayBuffer DataView Date")
              .split(" "));

  /** Names that the client doesn't take for methods of a service. */
  private static final Set<String> NO_METHODS =
      Set.of("then", "toJSON", "toString", "toLocaleString", "valueOf", "inspect", "constructor");

  private final StringBuilder text = new StringBuilder();
  private final Set<String> names = new HashSet<>();

  private TypeScriptText() {}

  /** {@return the source text, in ASCII} */
  static String of(List<ServiceInfo> services) {
    TypeScriptText module = new TypeScriptText();
    module.line("// Written by gannet call --typescript.");
    module.line("import type { CallOptions, RpcClient } from \"gannet-rpc\";");
    services.forEach(module::write);
    return module.text.toString();
  }

  private void write(ServiceInfo service) {
    String name = unique(service.name());
    List<String> members = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> streams = new ArrayList<>();
    for (MethodInfo method : service.methods()) {
      if (!method.encoding().equals("JSON")) {
        continue;
      }
      if (method.oneWay()) {
        others.add("client.callOneWay(%s)".formatted(path(service, method)));
      } else if (NO_METHODS.contains(method.name())) {
        others.add(
            "client.%s(%s)"
                .formatted(
                    method.result().startsWith(STREAM) ? "stream" : "call", path(service, method)));
      } else {
        members.add(member(method));
        if (method.result().startsWith(STREAM)) {
          streams.add(TypeScriptType.quoted(method.name()));
        }
      }
    }
    if (members.isEmpty() && others.isEmpty()) {
      return; // only methods with Protobuf, which the client doesn't have
    }
    line("");
    line("/** The service %s. */".formatted(comment(service.name())));
    line("export interface %s {".formatted(name));
    members.forEach(member -> line("  " + member));
    others.forEach(call -> line("  // " + call));
    line("}");
    line("");
    line(
        "export function %s(client: RpcClient, options?: CallOptions): %s {".formatted(name, name));
    line(
        "  return client.service<%s>(%s, { ...options, streams: [%s] });"
            .formatted(name, TypeScriptType.quoted(service.name()), String.join(", ", streams)));
    line("}");
  }

  /** A name that no other service has, of letters, digits and underscores. */
  private String unique(String service) {
    String base = service.replaceAll("[^A-Za-z0-9_]", "_");
    String name = base.isEmpty() || Character.isDigit(base.charAt(0)) ? "_" + base : base;
    while (RESERVED.contains(name) || !names.add(name)) {
      name += "_";
    }
    return name;
  }

  private static String member(MethodInfo method) {
    List<String> parameters = new ArrayList<>();
    List<String> types = method.parameters();
    for (int i = 0; i < types.size(); i++) {
      String type = types.get(i);
      boolean isStream = type.startsWith(STREAM);
      String item = TypeScriptType.of(isStream ? type.substring(STREAM.length()) : type, true);
      String name = isStream ? "items" : types.size() == 1 ? "argument" : "argument" + (i + 1);
      parameters.add(name + ": " + (isStream ? "AsyncIterable<%s>".formatted(item) : item));
    }
    return "%s(%s): %s;"
        .formatted(
            TypeScriptType.property(method.name()),
            String.join(", ", parameters),
            result(method.result()));
  }

  private static String result(String type) {
    if (type.startsWith(STREAM)) {
      return "AsyncIterableIterator<%s>"
          .formatted(TypeScriptType.of(type.substring(STREAM.length()), false));
    }
    return "Promise<%s>".formatted(type.isEmpty() ? "void" : TypeScriptType.of(type, false));
  }

  private static String path(ServiceInfo service, MethodInfo method) {
    return TypeScriptType.quoted(service.name() + "/" + method.name());
  }

  /** A string in a comment, which can't end it. */
  private static String comment(String string) {
    return TypeScriptType.quoted(string).replace("*/", "*\\/");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
