package io.gannet.cli.internal.rpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.Printable;
import io.gannet.rpc.Reflection;
import io.gannet.rpc.Reflection.MethodInfo;
import io.gannet.rpc.Reflection.ServiceInfo;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the .proto files of the services of a server. */
final class ProtoFiles {

  /** The files that protoc brings. */
  private static final String OF_PROTOC = "google/protobuf/";

  /** The texts of the files, by their names. */
  private final Map<String, String> texts = new LinkedHashMap<>();

  /** What can't be defined in them. */
  private final List<String> remarks = new ArrayList<>();

  private ProtoFiles() {}

  /**
   * Asks a server for the files.
   *
   * @throws CommandFailedException if no service can be defined in a .proto file
   */
  static ProtoFiles of(List<ServiceInfo> services, Reflection reflection) {
    ProtoFiles files = new ProtoFiles();
    for (ServiceInfo service : services) {
      if (service.methods().stream().anyMatch(ProtoFiles::hasProtobuf)) {
        files.add(service, reflection);
      }
      service.methods().stream()
          .filter(method -> !hasProtobuf(service, method.name()))
          .forEach(method ->
              files.remarks.add(
                  "%s/%s has JSON, which .proto files can't define: %s"
                      .formatted(service.name(), method.name(), ServiceListing.describe(method))));
    }
    if (files.texts.isEmpty()) {
      throw new CommandFailedException(
          "no method has Protobuf, so there is no .proto file; --typescript writes the types of"
              + " methods with JSON");
    }
    return files;
  }

  private static boolean hasProtobuf(MethodInfo method) {
    return method.encoding().equals("PROTOBUF");
  }

  private static boolean hasProtobuf(ServiceInfo service, String method) {
    return service.methods().stream()
        .anyMatch(other -> other.name().equals(method) && hasProtobuf(other));
  }

  private void add(ServiceInfo service, Reflection reflection) {
    try {
      for (byte[] bytes : reflection.descriptors(service.name())) {
        FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
        String name = ProtoText.checkedPath(file.getName());
        if (name.startsWith(OF_PROTOC)) {
          continue;
        }
        String text = ProtoText.of(file);
        if (!texts.computeIfAbsent(name, absent -> text).equals(text)) {
          throw new IllegalArgumentException("there are two files " + name);
        }
      }
    } catch (RpcException e) {
      if (e.code() != RpcCode.FAILED_PRECONDITION) {
        throw e;
      }
      remarks.add(service.name() + ": " + e.getMessage());
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new CommandFailedException(
          "the server's definition of '%s' is invalid: %s"
              .formatted(service.name(), e.getMessage()),
          e);
    }
  }

  /** Prints the files, with comments between them. */
  void print(PrintWriter out) {
    texts.forEach((name, text) -> {
      if (texts.size() > 1) {
        out.println("// File " + name);
      }
      out.println(text);
    });
    remarks.forEach(remark -> out.println("// " + Printable.text(remark)));
  }

  /**
   * Writes the files into a directory, and prints their names.
   *
   * @throws CommandFailedException if a file can't be written
   */
  void write(Path directory, PrintWriter out) {
    texts.forEach((name, text) -> {
      Path file = directory.resolve(name);
      try {
        Path parent = file.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new CommandFailedException("%s can't be written: %s".formatted(file, e), e);
      }
      out.println(file);
    });
    remarks.forEach(remark -> out.println("// " + Printable.text(remark)));
  }
}
