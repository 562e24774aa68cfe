package io.gannet.protoc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import io.gannet.protoc.internal.Generator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Runs the plugin as protoc does, with protoc's output for the tests' .proto files. */
final class Fixture {

  /** The output of protoc in the build. */
  private static final Path DESCRIPTORS = Path.of("target", "test-descriptors.bin");

  private Fixture() {}

  /** protoc's request, with all files and their comments. */
  static CodeGeneratorRequest.Builder request(String parameter, String... files) {
    try (InputStream in = Files.newInputStream(DESCRIPTORS)) {
      return CodeGeneratorRequest.newBuilder()
          .setParameter(parameter)
          .addAllFileToGenerate(List.of(files))
          .addAllProtoFile(FileDescriptorSet.parseFrom(in, Generator.options()).getFileList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** protoc's request with one file changed. */
  static CodeGeneratorRequest.Builder request(String file, FileDescriptorProto.Builder changed) {
    CodeGeneratorRequest.Builder request = request("", file);
    for (int i = 0; i < request.getProtoFileCount(); i++) {
      if (request.getProtoFile(i).getName().equals(file)) {
        request.setProtoFile(i, changed);
      }
    }
    return request;
  }

  static FileDescriptorProto.Builder file(String name) {
    return request("").getProtoFileList().stream()
        .filter(file -> file.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .toBuilder();
  }

  /** Runs the plugin's entry point with a request on its standard input. */
  static synchronized CodeGeneratorResponse run(CodeGeneratorRequest.Builder request) {
    InputStream in = System.in;
    PrintStream out = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(request.build().toByteArray()));
      System.setOut(new PrintStream(written, true));
      Main.main(new String[0]);
      return CodeGeneratorResponse.parseFrom(written.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
  }

  /** The sources that the plugin generates, by their paths. */
  static Map<String, String> sources(String parameter, String... files) {
    CodeGeneratorResponse response = run(request(parameter, files));
    if (response.hasError()) {
      throw new IllegalArgumentException(response.getError());
    }
    Map<String, String> sources = new TreeMap<>();
    response.getFileList().forEach(file -> sources.put(file.getName(), file.getContent()));
    return sources;
  }

  /**
   * Compiles sources with all checks of javac.
   *
   * @return javac's messages; empty if there are none
   */
  static String compile(Path classes, Map<String, String> sources, String... options) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<String> written =
            sources.entrySet().stream().map(source -> write(classes, source))) {
      List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-proc:none"));
      arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
      arguments.addAll(List.of("--release", "21", "-Xlint:all,-classfile"));
      arguments.addAll(List.of(options));
      Iterable<? extends JavaFileObject> units =
          files.getJavaFileObjectsFromStrings(written.toList());
      compiler.getTask(complaints, files, null, arguments, null, units).call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return complaints.toString();
  }

  private static String write(Path directory, Map.Entry<String, String> source) {
    try {
      Path file = directory.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      return Files.writeString(file, source.getValue()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file beside the tests. */
  static String resource(String name) {
    try (InputStream in = Fixture.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
