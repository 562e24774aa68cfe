package io.gannet.conformance;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The scripts for Node.js, with their npm packages. */
final class Node {

  private static final String REMEDY =
      "install Node.js 18 or newer with npm, on Debian with \"apt-get install nodejs npm\"";

  private static final Path SOURCES = Path.of("interop");
  private static final Path SCRIPTS = Path.of("target", "interop").toAbsolutePath();

  private static boolean installed;

  private Node() {}

  /** {@return the directory of the scripts and their packages, which the first call installs} */
  static synchronized Path scripts() throws Exception {
    if (!installed) {
      Files.createDirectories(SCRIPTS.resolve("grpc"));
      for (String name :
          List.of(
              "package.json",
              "package-lock.json",
              "client.mjs",
              "server.mjs",
              "mqtt.mjs",
              "grpc/client.mjs",
              "grpc/server.mjs",
              "grpc/grpc.mjs",
              "grpc/interop.proto")) {
        Files.copy(SOURCES.resolve(name), SCRIPTS.resolve(name), REPLACE_EXISTING);
      }
      String npm = Programs.find(REMEDY, "npm");
      Programs.run(SCRIPTS, List.of(npm, "ci", "--no-audit", "--no-fund"));
      installed = true;
    }
    return SCRIPTS;
  }

  static String program() {
    return Programs.find(REMEDY, "node");
  }
}
