package io.gannet.protoc.internal;

import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.GeneratorNames;
import com.google.protobuf.JavaFeaturesProto;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse.Feature;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes interfaces from the services that protoc asks for. */
public final class Generator {

  private Generator() {}

  /** {@return the options of .proto files that the names in Java depend on} */
  public static ExtensionRegistry options() {
    // Initializes the library: its class JavaFeaturesProto fails if it is the first to be used.
    DescriptorProtos.getDescriptor();
    ExtensionRegistry options = ExtensionRegistry.newInstance();
    JavaFeaturesProto.registerAllExtensions(options);
    return options;
  }

  /**
   * Makes the interfaces.
   *
   * @param request what protoc asks for
   * @return the sources, or the error that protoc prints
   */
  public static CodeGeneratorResponse generate(CodeGeneratorRequest request) {
    CodeGeneratorResponse.Builder response =
        CodeGeneratorResponse.newBuilder()
            .setSupportedFeatures(
                Feature.FEATURE_PROTO3_OPTIONAL_VALUE | Feature.FEATURE_SUPPORTS_EDITIONS_VALUE)
            .setMinimumEdition(Edition.EDITION_PROTO2_VALUE)
            .setMaximumEdition(Edition.EDITION_2024_VALUE);
    try {
      Style style = Style.of(request.getParameter());
      Map<String, FileDescriptor> files = link(request);
      Map<String, String> types = typesOf(files);
      for (FileDescriptor file : files.values()) {
        if (request.getFileToGenerateList().contains(file.getName())) {
          add(file, style, types, response);
        }
      }
    } catch (RefusedException e) {
      response.clearFile().setError(e.getMessage());
    }
    return response.build();
  }

  /** Resolves the names of each file; protoc sends files after those that they import. */
  private static Map<String, FileDescriptor> link(CodeGeneratorRequest request) {
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    for (FileDescriptorProto file : request.getProtoFileList()) {
      FileDescriptor[] imported =
          file.getDependencyList().stream()
              .filter(files::containsKey)
              .map(files::get)
              .toArray(FileDescriptor[]::new);
      try {
        files.put(file.getName(), FileDescriptor.buildFrom(file, imported));
      } catch (DescriptorValidationException e) {
        throw new RefusedException("%s is invalid: %s".formatted(file.getName(), e.getMessage()));
      }
    }
    return files;
  }

  /** {@return what has each name in Java, for the user, by qualified names} */
  private static Map<String, String> typesOf(Map<String, FileDescriptor> files) {
    Map<String, String> types = new HashMap<>();
    for (FileDescriptor file : files.values()) {
      String javaPackage = GeneratorNames.getFileJavaPackage(file);
      types.put(
          TypeNames.join(javaPackage, GeneratorNames.getFileClassName(file)),
          "the outer class of " + file.getName());
      for (Descriptor message : file.getMessageTypes()) {
        types.put(
            GeneratorNames.getQualifiedClassName(message), "the message " + message.getFullName());
      }
      file.getEnumTypes()
          .forEach(type ->
              types.put(
                  GeneratorNames.getQualifiedClassName(type), "the enum " + type.getFullName()));
    }
    return types;
  }

  private static void add(
      FileDescriptor file,
      Style style,
      Map<String, String> types,
      CodeGeneratorResponse.Builder response) {
    Comments comments = new Comments(file.toProto());
    for (ServiceDescriptor service : file.getServices()) {
      if (service.getMethods().isEmpty()) {
        continue; // can be neither offered nor called
      }
      for (Style.Form form : style.forms()) {
        InterfaceSource source = new InterfaceSource(service, form, comments);
        String other =
            types.putIfAbsent(source.qualifiedName(), "the service " + service.getFullName());
        if (other != null) {
          throw new RefusedException(
              "the interface of %s would be %s, as is %s: rename one of them"
                  .formatted(service.getFullName(), source.qualifiedName(), other));
        }
        response.addFileBuilder().setName(source.path()).setContent(source.text());
      }
    }
  }
}
