package io.gannet.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** gRPC for C++, whose core also serves Python, Ruby, PHP and C#. */
class CppGrpcInteropTest extends GrpcInterop {

  private static final String REMEDY =
      "install a C++ compiler with gRPC, on Debian with \"apt-get install g++ pkg-config"
          + " libgrpc++-dev protobuf-compiler-grpc\"";

  private static final Path SOURCES = Path.of("interop", "grpc").toAbsolutePath();
  private static final Path BUILT = Path.of("target", "interop", "cpp").toAbsolutePath();

  @BeforeAll
  @Timeout(600) // g++ has to read all of gRPC
  static void build() throws Exception {
    Files.createDirectories(BUILT);
    String plugin = Programs.find(REMEDY, "grpc_cpp_plugin");
    Programs.run(
        BUILT,
        List.of(
            Programs.find(REMEDY, "protoc"),
            "-I" + SOURCES,
            "--cpp_out=.",
            "--grpc_out=.",
            "--plugin=protoc-gen-grpc=" + plugin,
            "interop.proto"));
    String flags =
        Programs.run(
            BUILT,
            List.of(
                Programs.find(REMEDY, "pkg-config"), "--cflags", "--libs", "grpc++", "protobuf"));
    for (String program : List.of("client", "server")) {
      compile(program, List.of(flags.strip().split("\\s+")));
    }
  }

  private static void compile(String program, List<String> flags) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.find(REMEDY, "g++"),
                "-std=c++17",
                "-I.",
                SOURCES.resolve(program + ".cc").toString(),
                "interop.pb.cc",
                "interop.grpc.pb.cc",
                "-o",
                program));
    command.addAll(flags);
    Programs.run(BUILT, command);
  }

  @Override
  Path directory() throws IOException {
    return BUILT;
  }

  @Override
  List<String> client() {
    return List.of(BUILT.resolve("client").toString());
  }

  @Override
  List<String> server() {
    return List.of(BUILT.resolve("server").toString());
  }
}
