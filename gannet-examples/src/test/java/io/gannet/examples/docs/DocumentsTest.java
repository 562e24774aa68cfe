package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the project's documents, see {@link Documents}.
 *
 * <p>After a change to a sample, {@code ./mvnw -pl gannet-examples -am verify
 * -Dgannet.docs.update=true} writes its code into the documents.
 */
class DocumentsTest {
  private static final List<String> PACKAGES =
      List.of(
          "io.gannet.discovery",
          "io.gannet.rpc",
          "io.gannet.test",
          "io.gannet.test.junit",
          "io.gannet.transport",
          "io.gannet.transport.codec",
          "io.gannet.transport.json",
          "io.gannet.transport.micrometer",
          "io.gannet.transport.netty",
          "io.gannet.transport.protobuf");

  /** The classes in ARCHITECTURE.md that aren't ours, and a file. */
  private static final List<String> FOREIGN_CLASSES =
      List.of(
          "ByteBuf",
          "CompletableFuture",
          "Empty",
          "Flow",
          "Http2ConnectionHandler",
          "IllegalStateException",
          "Library",
          "ProxyHandler",
          "ServiceLoader");

  private static Map<String, String> regions = Map.of();
  private static Map<String, String> tests = Map.of();

  @BeforeAll
  static void readSamples() throws IOException {
    regions =
        Documents.regionsBelow(
            Documents.root().resolve("gannet-examples/src"),
            Documents.root().resolve("gannet-spring-boot-test/src"));
    tests = Documents.tests();
    if (Boolean.getBoolean("gannet.docs.update")) {
      for (Path file : Documents.all()) {
        Files.writeString(file, Documents.updated(Documents.read(file), regions));
      }
    }
  }

  static List<Path> documents() {
    return Documents.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void showsOnlyJavaCodeThatIsTested(Path file) {
    assertThat(Documents.problemsWithBlocks(Documents.read(file), regions))
        .as("%s", file)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void namesOnlyMembersThatExist(Path file) {
    assertThat(Documents.problemsWithMembers(Documents.read(file), PACKAGES))
        .as("%s", file)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void namesOnlyTestsThatExist(Path file) {
    assertThat(Documents.problemsWithTests(Documents.read(file), tests)).as("%s", file).isEmpty();
  }

  @Test
  void theArchitectureNamesOnlyClassesThatExist() throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    Pattern name = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)?`");
    String text = Documents.read(Documents.root().resolve("ARCHITECTURE.md"));
    name.matcher(text).results().forEach(match -> missing.add(match.group(1)));
    assertThat(missing).hasSizeGreaterThan(100);
    FOREIGN_CLASSES.forEach(missing::remove);
    try (Stream<Path> modules = Files.list(Documents.root())) {
      for (Path sources : modules.map(module -> module.resolve("src")).toList()) {
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files.forEach(
                file -> missing.remove(file.getFileName().toString().replace(".java", "")));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksOnlyToWhatIsThere(Path file) {
    assertThat(Documents.problemsWithLinks(file, Documents.read(file))).as("%s", file).isEmpty();
  }

  @Test
  void everySampleIsShownSomewhere() {
    TreeSet<String> unused = new TreeSet<>(regions.keySet());
    for (Path file : Documents.all()) {
      Documents.blocks(Documents.read(file)).forEach(block -> unused.remove(block.sample()));
    }
    assertThat(regions).hasSizeGreaterThan(20);
    assertThat(unused).isEmpty();
  }

  @Test
  void everySampleStandsInATest() throws IOException {
    try (Stream<Path> files = Files.walk(Documents.root().resolve("gannet-examples/src"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .allSatisfy(file -> {
            String source = Documents.read(file);
            if (!Documents.regions(source).isEmpty()) {
              assertThat(source).contains("@Test");
            }
          });
    }
  }

  @Test
  void theCoordinatesShownAreThoseOfTheBuild() {
    String pom = Documents.read(Documents.root().resolve("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    String readme = Documents.read(Documents.root().resolve("README.md"));
    assertThat(readme).contains("<groupId>io.gannet</groupId>");
    assertThat(readme).contains("<version>" + version + "</version>");
  }

  @Test
  void findsCodeThatIsNotTested() {
    Map<String, String> known = Documents.regions("  // tag::a[]\n  int x;\n  // end::a[]\n");
    assertThat(known).containsOnly(Map.entry("a", "int x;"));
    assertThat(Documents.problemsWithBlocks(block("java", "a", "int\n  x;"), known)).isEmpty();
    assertThat(Documents.problemsWithBlocks(block("java", "a", "int y;"), known))
        .containsExactly("line 2: the code is not that of sample a");
    assertThat(Documents.problemsWithBlocks(block("java", "b", "int x;"), known))
        .containsExactly("line 2: no test is tagged b");
    assertThat(Documents.problemsWithBlocks("```java\nint x;\n```\n", known))
        .containsExactly("line 1: Java code without a line <!-- sample: NAME --> above it");
    assertThat(Documents.problemsWithBlocks(block("sh", "none", "ls"), known)).isEmpty();
  }

  @Test
  void joinsTheRegionsOfOneName() {
    // With other comment signs, so that these are no tags of this file.
    String source =
        """
          ## tag::a[]
          int x() {
            y();

          ## end::a[]
        hidden();
          ## tag::a[]
          }
          ## end::a[]
        """
            .replace("##", "//");
    assertThat(Documents.regions(source)).containsEntry("a", "int x() {\n  y();\n}");
  }

  @Test
  void refusesTagsThatDoNotMatch() {
    assertThatThrownBy(() -> Documents.regions("// tag::a[]\n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Documents.regions("// end::a[]\n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Documents.blocks("```java\nint x;\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesTheCodeOfSamplesIntoADocument() {
    Map<String, String> known = Documents.regions("// tag::a[]\nint x;\nint y;\n// end::a[]\n");
    String document = "before\n" + block("java", "a", "old") + "after\n";
    assertThat(Documents.updated(document, known))
        .isEqualTo("before\n" + block("java", "a", "int x;\nint y;") + "after\n");
    String empty = "<!-- sample: a -->\n```java\n```\n";
    assertThat(Documents.updated(empty, known)).isEqualTo(block("java", "a", "int x;\nint y;"));
  }

  @Test
  void findsMembersThatDoNotExist() {
    assertThat(
            Documents.problemsWithMembers("`Session.send` and `CloseReason.Kind.CLOSED`", PACKAGES))
        .isEmpty();
    assertThat(Documents.problemsWithMembers("a\n`Session.shout(x)`", PACKAGES))
        .containsExactly("line 2: there is no Session.shout");
    assertThat(
            Documents.problemsWithMembers("`Session.WritePkg`, `Foo.bar`, Session.shout", PACKAGES))
        .isEmpty();
  }

  @Test
  void findsTestsThatDoNotExist() {
    String document = "`ATest`, `ATest.x`,\n`ATest.y` and `BTest`, not `a BTest`\n";
    assertThat(Documents.problemsWithTests(document, Map.of("ATest", "@Test void x() {}")))
        .containsExactly("line 2: there is no `ATest.y`", "line 2: there is no `BTest`");
  }

  @Test
  void findsLinksThatLeadNowhere(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("a.md"), "# One, two\n");
    String good = "# One, two\n[x](a.md) [y](#one-two) [z](a.md#one-two) [w](https://gannet.io/)\n";
    assertThat(Documents.problemsWithLinks(file, good)).isEmpty();
    assertThat(Documents.problemsWithLinks(file, "[x](b.md)\n[y](#three)\n"))
        .containsExactly("line 1: no file b.md", "line 2: no heading #three");
  }

  private static String block(String language, String sample, String code) {
    return "<!-- sample: " + sample + " -->\n```" + language + "\n" + code + "\n```\n";
  }
}
