package io.gannet.conformance;

import java.nio.file.Path;
import java.util.List;

/** The most widely used WebSocket library for Node.js. */
class NodeInteropTest extends WebSocketInterop {

  @Override
  Path scripts() throws Exception {
    return Node.scripts();
  }

  @Override
  List<String> client(String uri, String certificates) {
    return List.of(Node.program(), "client.mjs", uri, certificates);
  }

  @Override
  List<String> server(String... identity) {
    return Programs.command(Node.program(), List.of("server.mjs"), identity);
  }
}
