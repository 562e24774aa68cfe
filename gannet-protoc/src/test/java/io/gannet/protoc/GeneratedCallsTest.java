package io.gannet.protoc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generated interfaces are services: offered, and called. */
class GeneratedCallsTest {

  private static URLClassLoader classes;

  @BeforeAll
  static void compile(@TempDir Path directory) throws Exception {
    Map<String, String> sources = new HashMap<>(Fixture.sources("style=both", "books.proto"));
    sources.put("org/example/books/LibraryCalls.java", Fixture.resource("LibraryCalls.java"));
    assertThat(Fixture.compile(directory, sources, "-parameters", "-Werror")).isEmpty();
    classes = new URLClassLoader(new URL[] {directory.toUri().toURL()});
  }

  @AfterAll
  static void close() throws Exception {
    classes.close();
  }

  @Test
  void aGeneratedInterfaceIsCalledOverOurProtocol() throws Throwable {
    run("overOurProtocol");
  }

  @Test
  void aGeneratedInterfaceIsCalledByGrpcsClients() throws Throwable {
    run("overGrpc");
  }

  @Test
  void aServerTellsTheFileThatAServiceWasGeneratedFrom() throws Throwable {
    run("reflection");
  }

  private static void run(String method) throws Throwable {
    try {
      classes.loadClass("org.example.books.LibraryCalls").getMethod(method).invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
