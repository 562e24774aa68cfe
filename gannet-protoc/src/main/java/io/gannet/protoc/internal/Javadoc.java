package io.gannet.protoc.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes comments of .proto files as Javadoc. A comment is text only: what would be a tag, an
 * element, a Unicode escape or the end of the comment is escaped.
 */
final class Javadoc {

  private static final Pattern BLANK_LINES = Pattern.compile("\\n\\s*\\n");

  /** What is left of the delimiters of a comment that is written as Javadoc. */
  private static final Pattern STARS = Pattern.compile("\\A\\*\\s|\\s\\*\\s*\\z");

  /** Lines that must stay lines: indented ones, lists, tables, code. */
  private static final Pattern LAID_OUT = Pattern.compile("\\s.*|([-*+|]|\\d+[.)])\\s.*|```.*");

  private Javadoc() {}

  /**
   * Writes a comment.
   *
   * @param text the comment in the .proto file; may be empty
   * @param otherwise the description if the comment is empty, in HTML
   * @param tags the block tags, in HTML
   * @param indent what each line begins with
   */
  static String of(String text, String otherwise, List<String> tags, String indent) {
    List<String> lines = new ArrayList<>();
    lines.add("/**");
    for (String line : body(text, otherwise)) {
      lines.add(line.isEmpty() ? " *" : " * " + line);
    }
    if (!tags.isEmpty()) {
      lines.add(" *");
      tags.forEach(tag -> lines.add(" * " + tag));
    }
    lines.add(" */");
    StringBuilder javadoc = new StringBuilder();
    lines.forEach(line -> javadoc.append(indent).append(line).append('\n'));
    return javadoc.toString();
  }

  private static List<String> body(String text, String otherwise) {
    // stripIndent would take the end of the last line for a line of its own.
    String stripped = STARS.matcher(text).replaceAll("").stripTrailing().stripIndent();
    if (stripped.isBlank()) {
      return List.of(otherwise);
    }
    List<String> lines = new ArrayList<>();
    for (String paragraph : BLANK_LINES.split(stripped, -1)) {
      List<String> escaped =
          paragraph.lines().filter(line -> !line.isBlank()).map(Javadoc::escaped).toList();
      if (escaped.isEmpty()) {
        continue;
      }
      boolean first = lines.isEmpty();
      if (!first) {
        lines.add("");
      }
      if (paragraph.lines().anyMatch(line -> LAID_OUT.matcher(line).matches())) {
        lines.add("<pre>");
        lines.addAll(escaped);
        lines.add("</pre>");
      } else {
        lines.add((first ? "" : "<p>") + escaped.get(0));
        lines.addAll(escaped.subList(1, escaped.size()));
      }
    }
    return lines;
  }

  /** {@return one line of text as HTML in a comment} */
  static String escaped(String line) {
    StringBuilder html = new StringBuilder(line.length() + 8);
    line.stripTrailing()
        .codePoints()
        .forEach(c -> {
          boolean ends = c == '/' && !html.isEmpty() && html.charAt(html.length() - 1) == '*';
          // The tag of a comment, an escape in Java's source, the end of the comment, or HTML.
          if (ends || "\\@<>&".indexOf(c) >= 0 || Character.getType(c) == Character.FORMAT) {
            html.append("&#").append(c).append(';');
          } else if (isUnprintable(c)) {
            html.append('\uFFFD');
          } else {
            html.appendCodePoint(c);
          }
        });
    return html.toString();
  }

  private static boolean isUnprintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\t';
      case Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
