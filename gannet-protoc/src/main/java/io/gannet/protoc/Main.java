package io.gannet.protoc;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import io.gannet.protoc.internal.Generator;
import java.io.IOException;

/**
 * Entry point of {@code protoc-gen-gannet}, which protoc runs: reads a {@code CodeGeneratorRequest}
 * from the standard input, and writes a {@code CodeGeneratorResponse} to the standard output.
 */
public final class Main {

  private Main() {}

  /**
   * Runs the plugin.
   *
   * @param args none
   * @throws IOException if the request can't be read, or the response can't be written
   */
  public static void main(String[] args) throws IOException {
    Generator.generate(CodeGeneratorRequest.parseFrom(System.in, Generator.options()))
        .writeTo(System.out);
    System.out.flush();
  }
}
