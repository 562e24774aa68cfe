import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Formats every Java file below the current directory, or checks that they are formatted. Checks
 * that no line of a comment is too long, because the formatter leaves comments as they are.
 *
 * <p>The build starts this on the JDK that it compiles with, because the formatter parses with the
 * javac of the JVM it runs in, and the one that runs Maven may be too old for the language level of
 * the sources.
 */
class Format {
  private static final int SHOWN = 20;
  private static final int COLUMNS = 100;
  private static final Pattern COMMENT = Pattern.compile("\\s*(//|/?\\*).*");

  public static void main(String[] args) throws IOException {
    boolean apply = Arrays.asList(args).contains("--apply");
    Formatter formatter =
        new Formatter(
            JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.GOOGLE)
                .formatJavadoc(false)
                .build());
    List<Path> files = sources(Path.of("").toAbsolutePath());
    if (files.isEmpty()) {
      System.err.println("No Java file found below " + Path.of("").toAbsolutePath());
      System.exit(1);
    }
    List<String> bad =
        files.parallelStream()
            .map(file -> format(formatter, file, apply))
            .filter(problem -> !problem.isEmpty())
            .toList();
    bad.stream().limit(SHOWN).forEach(System.err::println);
    if (bad.size() > SHOWN) {
      System.err.println("... and " + (bad.size() - SHOWN) + " more");
    }
    List<String> tooLong = files.stream().flatMap(Format::tooLong).toList();
    tooLong.forEach(System.err::println);
    boolean broken = bad.stream().anyMatch(problem -> problem.startsWith("cannot"));
    if (broken || !apply && !bad.isEmpty()) {
      System.err.println("Run this to format all sources: ./mvnw -Pformat");
    }
    if (broken || !apply && !(bad.isEmpty() && tooLong.isEmpty())) {
      System.exit(1);
    }
  }

  private static String format(Formatter formatter, Path file, boolean apply) {
    try {
      String before = Files.readString(file);
      String after = formatter.formatSourceAndFixImports(before);
      if (after.equals(before)) {
        return "";
      }
      if (apply) {
        Files.writeString(file, after);
      }
      return (apply ? "formatted " : "not formatted: ") + file;
    } catch (FormatterException | IOException e) {
      return "cannot format " + file + ": " + e.getMessage();
    }
  }

  private static Stream<String> tooLong(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return IntStream.range(0, lines.size())
          .filter(i -> lines.get(i).length() > COLUMNS)
          .filter(i -> COMMENT.matcher(lines.get(i)).matches())
          .mapToObj(i -> "comment with over %d columns: %s:%d".formatted(COLUMNS, file, i + 1));
    } catch (IOException e) {
      return Stream.of("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = String.valueOf(directory.getFileName());
            boolean skip = name.equals("target") || name.startsWith(".") && !name.equals(".ci");
            return skip && !directory.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
