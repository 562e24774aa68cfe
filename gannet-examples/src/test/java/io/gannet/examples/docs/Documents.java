package io.gannet.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The project's documents, and what is checked about them: that their Java code is code which the
 * build compiles and runs, that the API they name exists, and that their links lead somewhere.
 *
 * <p>A Java block in a document stands below a line {@code <!-- sample: NAME -->}. The code between
 * {@code // tag::NAME[]} and {@code // end::NAME[]} in a test must be the same, apart from white
 * space; where a name is tagged several times in one file, the parts are joined.
 */
final class Documents {

  private static final Pattern FENCE = Pattern.compile("\\s*(```+)\\s*([^`]*)");
  private static final Pattern SAMPLE = Pattern.compile("\\s*<!-- sample: ([a-z0-9-]+) -->\\s*");
  private static final Pattern TAG = Pattern.compile("\\s*// (tag|end)::([a-z0-9-]+)\\[]\\s*");
  private static final Pattern CODE_SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.([a-z]\\w*))?`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern MEMBER =
      Pattern.compile("\\b([A-Z]\\w*)((?:\\.[A-Z]\\w*)*)\\.([a-z]\\w*|[A-Z][A-Z0-9_]+)\\b");

  private Documents() {}

  /**
   * A fenced block.
   *
   * @param line the line of its opening fence, from 1
   * @param language what stands behind the opening fence, in lower case, or nothing
   * @param sample the name of the sample above it, or nothing
   * @param code what stands between the fences
   */
  record Block(int line, String language, String sample, String code) {}

  /** The project's root: the directory above this module that holds the build's launcher. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
      }
      directory = parent;
    }
    return directory;
  }

  /** The documents: every Markdown file in the root and below {@code docs}. */
  static List<Path> all() {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> top = Files.list(root());
        Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tagged regions of every Java file below directories, by name. */
  static Map<String, String> regionsBelow(Path... directories) {
    Map<String, String> regions = new TreeMap<>();
    for (Path directory : directories) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file :
            files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
          regions(read(file))
              .forEach((name, code) -> {
                if (regions.put(name, code) != null) {
                  throw new IllegalArgumentException(name + " is tagged in two files");
                }
              });
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return regions;
  }

  /** The tagged regions of one Java file, by name, without their common indentation. */
  static Map<String, String> regions(String source) {
    Map<String, List<String>> open = new TreeMap<>();
    Map<String, String> regions = new TreeMap<>();
    for (String line : source.lines().toList()) {
      Matcher tag = TAG.matcher(line);
      if (!tag.matches()) {
        open.values().forEach(lines -> lines.add(line));
      } else if (tag.group(1).equals("tag")) {
        if (open.put(tag.group(2), new ArrayList<>()) != null) {
          throw new IllegalArgumentException("tag::" + tag.group(2) + " inside itself");
        }
      } else {
        List<String> lines = open.remove(tag.group(2));
        if (lines == null) {
          throw new IllegalArgumentException("end::" + tag.group(2) + " without its tag");
        }
        // Without the blank line in front of the end, which stripIndent would take for no
        // indentation.
        String part = String.join("\n", lines).stripTrailing().stripIndent().strip();
        regions.merge(tag.group(2), part, (first, second) -> first + "\n" + second);
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException("no end:: for " + open.keySet());
    }
    return regions;
  }

  /** The fenced blocks of a document. */
  static List<Block> blocks(String markdown) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = markdown.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (!fence.matches()) {
        continue;
      }
      String language = fence.group(2).strip().toLowerCase(Locale.ROOT);
      String sample = "";
      if (i > 0) {
        Matcher above = SAMPLE.matcher(lines.get(i - 1));
        sample = above.matches() ? above.group(1) : "";
      }
      int first = i + 1;
      do {
        i++;
        if (i == lines.size()) {
          throw new IllegalArgumentException("the block of line " + first + " has no end");
        }
      } while (!lines.get(i).strip().equals(fence.group(1)));
      blocks.add(new Block(first, language, sample, String.join("\n", lines.subList(first, i))));
    }
    return blocks;
  }

  /** What is wrong with the blocks of a document, given the tagged regions. */
  static List<String> problemsWithBlocks(String markdown, Map<String, String> regions) {
    List<String> problems = new ArrayList<>();
    for (Block block : blocks(markdown)) {
      String where = "line " + block.line() + ": ";
      if (!block.language().equals("java")) {
        continue;
      }
      if (block.sample().isEmpty()) {
        problems.add(where + "Java code without a line <!-- sample: NAME --> above it");
      } else if (!regions.containsKey(block.sample())) {
        problems.add(where + "no test is tagged " + block.sample());
      } else if (!normalized(block.code()).equals(normalized(regions.get(block.sample())))) {
        problems.add(where + "the code is not that of sample " + block.sample());
      }
    }
    return problems;
  }

  /** The document with the code of its Java blocks taken from the tagged regions. */
  static String updated(String markdown, Map<String, String> regions) {
    List<String> lines = new ArrayList<>(markdown.lines().toList());
    List<Block> blocks = blocks(markdown);
    for (Block block : blocks.reversed()) {
      String code = regions.get(block.sample());
      if (block.language().equals("java") && code != null) {
        int length = block.code().isEmpty() ? 0 : (int) block.code().lines().count();
        lines.subList(block.line(), block.line() + length).clear();
        lines.addAll(block.line(), code.lines().toList());
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static String normalized(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  /** The document without its fenced blocks and comments, line by line. */
  private static String prose(String markdown) {
    StringBuilder prose = new StringBuilder();
    String fence = "";
    for (String line : markdown.lines().toList()) {
      Matcher matcher = FENCE.matcher(line);
      if (fence.isEmpty() && matcher.matches()) {
        fence = matcher.group(1);
      } else if (!fence.isEmpty() && line.strip().equals(fence)) {
        fence = "";
      } else if (fence.isEmpty()) {
        prose.append(line);
      }
      prose.append('\n');
    }
    return prose.toString();
  }

  /**
   * What a document says about the API in code spans and is not so: a member written as {@code
   * Type.member}, where the type is one of Gannet's, that the type doesn't have.
   *
   * @param packages where to look for types
   */
  static List<String> problemsWithMembers(String markdown, List<String> packages) {
    List<String> problems = new ArrayList<>();
    int line = 0;
    for (String text : prose(markdown).lines().toList()) {
      line++;
      Matcher span = CODE_SPAN.matcher(text);
      while (span.find()) {
        Matcher member = MEMBER.matcher(span.group(1));
        while (member.find()) {
          String type = member.group(1) + member.group(2).replace('.', '$');
          for (String candidate : packages) {
            Class<?> found = find(candidate + "." + type);
            if (found != null && !has(found, member.group(3))) {
              problems.add("line " + line + ": there is no " + member.group());
            }
          }
        }
      }
    }
    return problems;
  }

  /** The sources of the test classes of all modules, by the names of the classes. */
  static Map<String, String> tests() {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> modules = Files.list(root())) {
      for (Path module : modules.map(each -> each.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> files = Files.walk(module)) {
            files
                .filter(file -> file.toString().endsWith("Test.java"))
                .forEach(file ->
                    sources.merge(
                        file.getFileName().toString().replace(".java", ""),
                        read(file),
                        String::concat)); // several modules have an ArchitectureTest
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  /** The tests, written as {@code SomeTest} or {@code SomeTest.someMethod}, that don't exist. */
  static List<String> problemsWithTests(String markdown, Map<String, String> tests) {
    List<String> problems = new ArrayList<>();
    int line = 0;
    for (String text : prose(markdown).lines().toList()) {
      line++;
      Matcher test = TEST.matcher(text);
      while (test.find()) {
        String source = tests.get(test.group(1));
        String method = test.group(2);
        if (source == null || (method != null && !source.contains(" void " + method + "("))) {
          problems.add("line " + line + ": there is no " + test.group());
        }
      }
    }
    return problems;
  }

  private static Class<?> find(String name) {
    try {
      return Class.forName(name, false, Documents.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private static boolean has(Class<?> type, String member) {
    return Stream.of(type.getMethods()).anyMatch(method -> method.getName().equals(member))
        || Stream.of(type.getFields()).anyMatch(field -> field.getName().equals(member));
  }

  /** The links of a document to files that are not there, or to headings that they don't have. */
  static List<String> problemsWithLinks(Path file, String markdown) {
    List<String> problems = new ArrayList<>();
    int line = 0;
    for (String text : prose(markdown).lines().toList()) {
      line++;
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        String[] parts = target.split("#", 2);
        Path linked = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        if (!Files.exists(linked)) {
          problems.add("line " + line + ": no file " + target);
        } else if (parts.length == 2
            && !anchors(parts[0].isEmpty() ? markdown : read(linked)).contains(parts[1])) {
          problems.add("line " + line + ": no heading " + target);
        }
      }
    }
    return problems;
  }

  /** The anchors that headings get on GitHub. */
  private static List<String> anchors(String markdown) {
    return prose(markdown)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+", "").strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
