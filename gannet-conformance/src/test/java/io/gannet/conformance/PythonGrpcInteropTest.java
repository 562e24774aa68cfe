package io.gannet.conformance;

import java.nio.file.Path;
import java.util.List;

/** gRPC for Python. */
class PythonGrpcInteropTest extends GrpcInterop {

  private static final String REMEDY =
      "install Python 3 with its gRPC and Protobuf, on Debian with \"apt-get install python3-grpcio"
          + " python3-protobuf\"";

  private static String python() {
    return Programs.find(
        REMEDY,
        python -> Programs.succeeds(List.of(python, "-c", "import grpc, google.protobuf")),
        "python3");
  }

  @Override
  Path directory() {
    return Path.of("interop", "grpc").toAbsolutePath();
  }

  @Override
  List<String> client() {
    return List.of(python(), "-B", "client.py");
  }

  @Override
  List<String> server() {
    return List.of(python(), "-B", "server.py");
  }
}
