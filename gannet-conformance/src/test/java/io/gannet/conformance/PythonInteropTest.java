package io.gannet.conformance;

import java.nio.file.Path;
import java.util.List;

/** Python's websockets, which sends fragments of any size. */
class PythonInteropTest extends WebSocketInterop {

  private static final String REMEDY =
      "install Python 3 with its websockets, on Debian with \"apt-get install python3-websockets\"";

  private static String python() {
    return Programs.find(
        REMEDY, python -> Programs.succeeds(List.of(python, "-c", "import websockets")), "python3");
  }

  @Override
  Path scripts() {
    return Path.of("interop").toAbsolutePath();
  }

  @Override
  List<String> client(String uri, String certificates) {
    return List.of(python(), "client.py", uri, certificates);
  }

  @Override
  List<String> server(String... identity) {
    return Programs.command(python(), List.of("server.py"), identity);
  }
}
