package io.gannet.conformance;

import java.nio.file.Path;
import java.util.List;

/** gRPC for Node.js, in JavaScript. */
class NodeGrpcInteropTest extends GrpcInterop {

  @Override
  Path directory() throws Exception {
    return Node.scripts().resolve("grpc");
  }

  @Override
  List<String> client() {
    return List.of(Node.program(), "client.mjs");
  }

  @Override
  List<String> server() {
    return List.of(Node.program(), "server.mjs");
  }
}
