package io.gannet.rpc.internal.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Describes services of Protobuf methods as .proto files do. */
public final class ServiceDescriptors {

  private ServiceDescriptors() {}

  /**
   * A method.
   *
   * @param name its name
   * @param format encodes its argument and its result, or the items of the stream that it returns
   * @param streamFormat encodes the items of the stream that it takes; null if it takes none
   * @param returnsStream whether it returns a stream
   */
  public record Method(
      String name,
      ProtobufMethodFormat format,
      @Nullable ProtobufMethodFormat streamFormat,
      boolean returnsStream) {

    /** {@return whether a .proto file can define it: it has only one argument} */
    public boolean isDefinable() {
      return streamFormat == null || format.parameterType() == null;
    }
  }

  /**
   * Returns the file that defines a service, and the files that it imports. This is the file that
   * defines the service beside its messages, if there is one, and else a file of its own.
   *
   * @param service the name of the service, with its package
   * @param methods its methods; what isn't {@linkplain Method#isDefinable definable} is left out
   * @return the files, each after those that it imports; the last one defines the service
   * @throws IllegalArgumentException if a message has no descriptor, or a name can't be written in
   *     a .proto file
   */
  public static List<FileDescriptor> of(String service, List<Method> methods) {
    int dot = service.lastIndexOf('.');
    ServiceDescriptorProto.Builder definition =
        ServiceDescriptorProto.newBuilder().setName(service.substring(dot + 1));
    Set<FileDescriptor> imported = new TreeSet<>(Comparator.comparing(FileDescriptor::getName));
    for (Method method : methods) {
      if (!method.isDefinable()) {
        continue;
      }
      ProtobufMethodFormat stream = method.streamFormat();
      Descriptor argument =
          descriptor((stream == null ? method.format() : stream).parameterType(), service);
      Descriptor result = descriptor(method.format().resultType(), service);
      imported.add(argument.getFile());
      imported.add(result.getFile());
      definition
          .addMethodBuilder()
          .setName(method.name())
          .setInputType("." + argument.getFullName())
          .setOutputType("." + result.getFullName())
          .setClientStreaming(stream != null)
          .setServerStreaming(method.returnsStream());
    }
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    imported.forEach(file -> addTo(files, file));
    FileDescriptor existing = definingFile(service, files);
    if (existing != null) {
      Map<String, FileDescriptor> needed = new LinkedHashMap<>();
      addTo(needed, existing);
      return List.copyOf(needed.values());
    }
    FileDescriptor file = file(service.substring(0, Math.max(0, dot)), definition, imported);
    files.put(file.getName(), file);
    return List.copyOf(files.values());
  }

  /** {@return the same as {@link #of}, each file as a {@code FileDescriptorProto}} */
  public static List<byte[]> serialized(String service, List<Method> methods) {
    return of(service, methods).stream().map(file -> file.toProto().toByteArray()).toList();
  }

  private static Descriptor descriptor(@Nullable MessageLite type, String service) {
    if (type == null) {
      return EmptyProto.getDescriptor().getMessageTypes().get(0);
    }
    if (type instanceof Message message) {
      return message.getDescriptorForType();
    }
    throw new IllegalArgumentException(
        "%s uses %s of Protobuf's lite runtime, which has no descriptors"
            .formatted(service, type.getClass().getSimpleName()));
  }

  private static void addTo(Map<String, FileDescriptor> files, FileDescriptor file) {
    if (!files.containsKey(file.getName())) {
      file.getDependencies().forEach(dependency -> addTo(files, dependency));
      files.put(file.getName(), file);
    }
  }

  private static @Nullable FileDescriptor definingFile(
      String service, Map<String, FileDescriptor> files) {
    return files.values().stream()
        .filter(file ->
            file.getServices().stream().anyMatch(known -> known.getFullName().equals(service)))
        .findFirst()
        .orElse(null);
  }

  private static FileDescriptor file(
      String protoPackage, ServiceDescriptorProto.Builder service, Set<FileDescriptor> imported) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setSyntax("proto3")
            .setPackage(protoPackage)
            .setName(
                (protoPackage.isEmpty() ? "" : protoPackage + ".") + service.getName() + ".proto")
            .addService(service);
    imported.forEach(dependency -> file.addDependency(dependency.getName()));
    try {
      return FileDescriptor.buildFrom(file.build(), imported.toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException(
          "%s can't be defined in a .proto file: %s"
              .formatted(service.getName(), e.getDescription()),
          e);
    }
  }
}
