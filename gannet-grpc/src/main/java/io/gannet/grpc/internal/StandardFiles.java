package io.gannet.grpc.internal;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.TextFormat;
import java.util.function.BiConsumer;

/** The descriptors of the services that this module adds, for tools that call them. */
final class StandardFiles {

  private static final String HEALTH =
      """
      name: "grpc/health/v1/health.proto" package: "grpc.health.v1" syntax: "proto3"
      message_type { name: "HealthCheckRequest"
        field { name: "service" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING } }
      message_type { name: "HealthCheckResponse"
        field { name: "status" number: 1 label: LABEL_OPTIONAL type: TYPE_ENUM
          type_name: ".grpc.health.v1.HealthCheckResponse.ServingStatus" }
        enum_type { name: "ServingStatus"
          value { name: "UNKNOWN" number: 0 } value { name: "SERVING" number: 1 }
          value { name: "NOT_SERVING" number: 2 } value { name: "SERVICE_UNKNOWN" number: 3 } } }
      message_type { name: "HealthListRequest" }
      message_type { name: "HealthListResponse"
        field { name: "statuses" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".grpc.health.v1.HealthListResponse.StatusesEntry" }
        nested_type { name: "StatusesEntry" options { map_entry: true }
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
            type_name: ".grpc.health.v1.HealthCheckResponse" } } }
      service { name: "Health"
        method { name: "Check" input_type: ".grpc.health.v1.HealthCheckRequest"
          output_type: ".grpc.health.v1.HealthCheckResponse" }
        method { name: "List" input_type: ".grpc.health.v1.HealthListRequest"
          output_type: ".grpc.health.v1.HealthListResponse" }
        method { name: "Watch" input_type: ".grpc.health.v1.HealthCheckRequest"
          output_type: ".grpc.health.v1.HealthCheckResponse" server_streaming: true } }
      """;

  /** The version is a placeholder. */
  private static final String REFLECTION =
      """
      name: "grpc/reflection/VERSION/reflection.proto" package: "grpc.reflection.VERSION"
      syntax: "proto3"
      message_type { name: "ServerReflectionRequest"
        field { name: "host" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "file_by_filename" number: 3 label: LABEL_OPTIONAL type: TYPE_STRING
          oneof_index: 0 }
        field { name: "file_containing_symbol" number: 4 label: LABEL_OPTIONAL type: TYPE_STRING
          oneof_index: 0 }
        field { name: "file_containing_extension" number: 5 label: LABEL_OPTIONAL
          type: TYPE_MESSAGE type_name: ".grpc.reflection.VERSION.ExtensionRequest"
          oneof_index: 0 }
        field { name: "all_extension_numbers_of_type" number: 6 label: LABEL_OPTIONAL
          type: TYPE_STRING oneof_index: 0 }
        field { name: "list_services" number: 7 label: LABEL_OPTIONAL type: TYPE_STRING
          oneof_index: 0 }
        oneof_decl { name: "message_request" } }
      message_type { name: "ExtensionRequest"
        field { name: "containing_type" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "extension_number" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 } }
      message_type { name: "ServerReflectionResponse"
        field { name: "valid_host" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "original_request" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".grpc.reflection.VERSION.ServerReflectionRequest" }
        field { name: "file_descriptor_response" number: 4 label: LABEL_OPTIONAL
          type: TYPE_MESSAGE type_name: ".grpc.reflection.VERSION.FileDescriptorResponse"
          oneof_index: 0 }
        field { name: "all_extension_numbers_response" number: 5 label: LABEL_OPTIONAL
          type: TYPE_MESSAGE type_name: ".grpc.reflection.VERSION.ExtensionNumberResponse"
          oneof_index: 0 }
        field { name: "list_services_response" number: 6 label: LABEL_OPTIONAL
          type: TYPE_MESSAGE type_name: ".grpc.reflection.VERSION.ListServiceResponse"
          oneof_index: 0 }
        field { name: "error_response" number: 7 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".grpc.reflection.VERSION.ErrorResponse" oneof_index: 0 }
        oneof_decl { name: "message_response" } }
      message_type { name: "FileDescriptorResponse"
        field { name: "file_descriptor_proto" number: 1 label: LABEL_REPEATED
          type: TYPE_BYTES } }
      message_type { name: "ExtensionNumberResponse"
        field { name: "base_type_name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "extension_number" number: 2 label: LABEL_REPEATED type: TYPE_INT32 } }
      message_type { name: "ListServiceResponse"
        field { name: "service" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".grpc.reflection.VERSION.ServiceResponse" } }
      message_type { name: "ServiceResponse"
        field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING } }
      message_type { name: "ErrorResponse"
        field { name: "error_code" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
        field { name: "error_message" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING } }
      service { name: "ServerReflection"
        method { name: "ServerReflectionInfo"
          input_type: ".grpc.reflection.VERSION.ServerReflectionRequest"
          output_type: ".grpc.reflection.VERSION.ServerReflectionResponse"
          client_streaming: true server_streaming: true } }
      """;

  private StandardFiles() {}

  /** Passes each service and its file. */
  static void forEach(BiConsumer<String, FileDescriptorProto> action) {
    action.accept("grpc.health.v1.Health", parse(HEALTH));
    for (String version : new String[] {"v1", "v1alpha"}) {
      action.accept(
          "grpc.reflection.%s.ServerReflection".formatted(version),
          parse(REFLECTION.replace("VERSION", version)));
    }
  }

  private static FileDescriptorProto parse(String text) {
    try {
      return TextFormat.parse(text, FileDescriptorProto.class);
    } catch (TextFormat.ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}
