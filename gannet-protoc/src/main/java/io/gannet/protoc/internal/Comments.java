package io.gannet.protoc.internal;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The comments of a .proto file. */
final class Comments {

  private final Map<List<Integer>, Location> locations = new HashMap<>();

  Comments(FileDescriptorProto file) {
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      locations.putIfAbsent(location.getPathList(), location);
    }
  }

  /** {@return the comment of a service; empty if there is none} */
  String of(ServiceDescriptor service) {
    return at(List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, service.getIndex()));
  }

  /** {@return the comment of a method; empty if there is none} */
  String of(MethodDescriptor method) {
    return at(
        List.of(
            FileDescriptorProto.SERVICE_FIELD_NUMBER,
            method.getService().getIndex(),
            ServiceDescriptorProto.METHOD_FIELD_NUMBER,
            method.getIndex()));
  }

  private String at(List<Integer> path) {
    Location location = locations.getOrDefault(path, Location.getDefaultInstance());
    String leading = location.getLeadingComments();
    return leading.isBlank() ? location.getTrailingComments() : leading;
  }
}
