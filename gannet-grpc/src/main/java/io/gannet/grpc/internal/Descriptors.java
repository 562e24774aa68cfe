package io.gannet.grpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import io.gannet.rpc.internal.wire.OfferedServices;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of the offered services and of their messages. A service that is in no {@code
 * .proto} file of its messages gets a file of its own. Immutable.
 */
final class Descriptors {

  private final Map<String, FileDescriptorProto> files = new HashMap<>();

  /** The names of the files, by the full names of what they declare. */
  private final Map<String, String> bySymbol = new HashMap<>();

  /** The names of the files of extensions, by type and number. */
  private final Map<String, Map<Integer, String>> byExtension = new HashMap<>();

  Descriptors(OfferedServices services) {
    Map<String, List<OfferedServices.Method>> byService = new TreeMap<>();
    for (OfferedServices.Method method : services.protobufMethods()) {
      String path = method.path();
      byService
          .computeIfAbsent(path.substring(0, path.lastIndexOf('/')), name -> new ArrayList<>())
          .add(method);
    }
    byService.values().stream()
        .flatMap(List::stream)
        .forEach(method -> {
          addFileOf(method.argument());
          addFileOf(method.result());
        });
    StandardFiles.forEach((name, file) -> {
      if (services.names().contains(name)) {
        add(file);
      }
    });
    byService.forEach(this::addService);
  }

  // ---------------------------------------------------------------- files

  private static @Nullable Descriptor descriptor(@Nullable Class<?> type) {
    if (type == null) {
      return Empty.getDescriptor();
    }
    // A message of the lite runtime has no descriptor.
    return Message.class.isAssignableFrom(type)
        ? Internal.getDefaultInstance(type.asSubclass(Message.class)).getDescriptorForType()
        : null;
  }

  private void addFileOf(@Nullable Class<?> type) {
    Descriptor descriptor = descriptor(type);
    if (descriptor != null) {
      add(descriptor.getFile());
    }
  }

  private void add(FileDescriptor file) {
    if (files.putIfAbsent(file.getName(), file.toProto()) != null) {
      return;
    }
    file.getDependencies().forEach(this::add);
    String name = file.getName();
    file.getMessageTypes().forEach(message -> add(message, name));
    file.getEnumTypes().forEach(type -> add(type, name));
    file.getExtensions().forEach(extension -> add(extension, name));
    for (ServiceDescriptor service : file.getServices()) {
      bySymbol.put(service.getFullName(), name);
      for (MethodDescriptor method : service.getMethods()) {
        bySymbol.put(method.getFullName(), name);
      }
    }
  }

  private void add(Descriptor message, String file) {
    bySymbol.put(message.getFullName(), file);
    message.getNestedTypes().forEach(nested -> add(nested, file));
    message.getEnumTypes().forEach(type -> add(type, file));
    message.getExtensions().forEach(extension -> add(extension, file));
  }

  private void add(EnumDescriptor type, String file) {
    bySymbol.put(type.getFullName(), file);
  }

  private void add(FieldDescriptor extension, String file) {
    bySymbol.put(extension.getFullName(), file);
    byExtension
        .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
        .put(extension.getNumber(), file);
  }

  /** Adds a file whose symbols are one service and what it needs. */
  private void add(FileDescriptorProto file) {
    files.put(file.getName(), file);
    String prefix = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    file.getMessageTypeList()
        .forEach(message -> bySymbol.put(prefix + message.getName(), file.getName()));
    for (ServiceDescriptorProto service : file.getServiceList()) {
      bySymbol.put(prefix + service.getName(), file.getName());
      for (MethodDescriptorProto method : service.getMethodList()) {
        bySymbol.put(prefix + service.getName() + "." + method.getName(), file.getName());
      }
    }
  }

  private void addService(String name, List<OfferedServices.Method> methods) {
    if (bySymbol.containsKey(name)) {
      return;
    }
    int dot = name.lastIndexOf('.');
    ServiceDescriptorProto.Builder service =
        ServiceDescriptorProto.newBuilder().setName(name.substring(dot + 1));
    Set<String> imports = new TreeSet<>();
    for (OfferedServices.Method method : methods) {
      Descriptor argument = descriptor(method.argument());
      Descriptor result = descriptor(method.result());
      if (argument == null || result == null) {
        continue;
      }
      imports.add(argument.getFile().getName());
      imports.add(result.getFile().getName());
      service
          .addMethodBuilder()
          .setName(method.path().substring(name.length() + 1))
          .setInputType("." + argument.getFullName())
          .setOutputType("." + result.getFullName())
          .setClientStreaming(method.streams().hasArguments())
          .setServerStreaming(method.streams().hasResults());
    }
    if (service.getMethodCount() > 0) {
      add(
          FileDescriptorProto.newBuilder()
              .setName("gannet/" + name + ".proto")
              .setPackage(dot < 0 ? "" : name.substring(0, dot))
              .setSyntax("proto3")
              .addAllDependency(imports)
              .addService(service)
              .build());
    }
  }

  // ---------------------------------------------------------------- questions

  boolean hasSymbol(String name) {
    return bySymbol.containsKey(name);
  }

  /** {@return a file and all that it imports; empty if it is unknown} */
  Collection<ByteString> fileAndItsImports(@Nullable String name) {
    Map<String, ByteString> all = new LinkedHashMap<>();
    if (name != null) {
      collect(name, all);
    }
    return all.values();
  }

  private void collect(String name, Map<String, ByteString> all) {
    FileDescriptorProto file = files.get(name);
    if (file != null && !all.containsKey(name)) {
      all.put(name, file.toByteString());
      file.getDependencyList().forEach(imported -> collect(imported, all));
    }
  }

  /** {@return the file that declares something, and all that it imports} */
  Collection<ByteString> filesOf(String symbol) {
    return fileAndItsImports(bySymbol.get(symbol));
  }

  /** {@return the file that declares an extension, and all that it imports} */
  Collection<ByteString> filesOfExtension(String type, int number) {
    return fileAndItsImports(byExtension.getOrDefault(type, Map.of()).get(number));
  }

  /** {@return the numbers of the extensions of a type, in order} */
  Collection<Integer> extensionsOf(String type) {
    return byExtension.getOrDefault(type, Map.of()).keySet();
  }
}
