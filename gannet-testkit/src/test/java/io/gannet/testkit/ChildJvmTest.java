package io.gannet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** The main class of the child JVMs. */
  public static class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      System.out.println(
          "property " + System.getProperty("child.property") + " and " + String.join(",", args));
      System.err.println("on stderr");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("terminated")));
      List<FileInputStream> opened = new ArrayList<>();
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        switch (line) {
          case "exit" -> System.exit(7);
          case "open" -> open(opened);
          default -> System.out.println("echo " + line);
        }
      }
    }

    private static void open(List<FileInputStream> opened) {
      try {
        while (true) {
          opened.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException e) {
        int count = opened.size();
        opened.clear();
        System.out.println("opened " + count + ": " + e.getMessage());
      }
    }
  }

  @Test
  void runsAMainClassWithItsOptionsAndTalksToIt() {
    try (ChildJvm child =
        ChildJvm.of(Child.class)
            .jvmOptions("-Dchild.property=p", "-Xmx32m")
            .arguments("a", "b")
            .start()) {
      assertThat(child.awaitLine("^property (\\w)", SOON).group(1)).isEqualTo("p");
      child.println("hello");
      child.awaitLine("^echo hello$", SOON);
      child.println("exit");
      assertThat(child.awaitExit(SOON)).isEqualTo(7);
      assertThat(child.output()).contains("property p and a,b", "on stderr");
      assertThatThrownBy(() -> child.awaitLine("never", SOON))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ended without a line")
          .hasMessageContaining("echo hello");
    }
  }

  @Test
  void endsWithSigtermAndRunsOutOfFilesWhenToldTo() {
    try (ChildJvm child = ChildJvm.of(Child.class).maxOpenFiles(150).start()) {
      child.println("open");
      String opened = child.awaitLine("^opened (\\d+): .*Too many open files", SOON).group(1);
      assertThat(Integer.parseInt(opened)).isBetween(20, 149);

      assertThatThrownBy(() -> child.awaitLine("never", Duration.ofMillis(1)))
          .hasMessageContaining("no line within");
      assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(1)))
          .hasMessageContaining("still runs");
      child.terminate();
      child.awaitLine("^terminated$", SOON);
      assertThat(child.awaitExit(SOON)).isEqualTo(128 + 15);
    }
  }

  @Test
  void closingKills() {
    ProcessHandle handle;
    try (ChildJvm child = ChildJvm.of(Child.class).start()) {
      handle = ProcessHandle.of(child.pid()).orElseThrow();
    }
    assertThat(handle.onExit()).succeedsWithin(SOON);
  }
}
