package io.gannet.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * A chart with horizontal bars and their spread, as SVG.
 *
 * @param title the title
 * @param unit the unit of the values
 * @param bars the bars from top to bottom
 */
record BarChart(String title, String unit, List<Bar> bars) {

  private static final int WIDTH = 860;
  private static final int LEFT = 250;
  private static final int RIGHT = 90;
  private static final int TOP = 44;
  private static final int ROW = 24;
  private static final int BAR = 14;

  /**
   * One bar.
   *
   * @param label the text on its left
   * @param value its length, and the ends of the spread
   * @param ours whether it belongs to Gannet
   */
  record Bar(String label, Statistics value, boolean ours) {}

  String svg() {
    int height = TOP + bars.size() * ROW + 12;
    double most = bars.stream().mapToDouble(bar -> bar.value.most()).max().orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / most;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'"
            + " font-family='Helvetica, Arial, sans-serif' font-size='13'>",
        WIDTH,
        height);
    add(svg, "<title>%s</title>", escape(title));
    add(svg, "<rect width='%d' height='%d' fill='#ffffff'/>", WIDTH, height);
    add(
        svg,
        "<text x='12' y='24' font-size='15' font-weight='bold' fill='#1f2933'>%s</text>",
        escape(title));
    add(
        svg,
        "<text x='%d' y='24' text-anchor='end' fill='#52606d'>%s</text>",
        WIDTH - 12,
        escape(unit + ", less is better"));
    for (int i = 0; i < bars.size(); i++) {
      bar(svg, bars.get(i), TOP + i * ROW, scale);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, Bar bar, int y, double scale) {
    int middle = y + BAR / 2;
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='end' fill='#1f2933'%s>%s</text>",
        LEFT - 8,
        middle + 5,
        bar.ours ? " font-weight='bold'" : "",
        escape(bar.label));
    add(
        svg,
        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
        LEFT,
        y,
        Math.max(1, bar.value.median() * scale),
        BAR,
        bar.ours ? "#0b7285" : "#adb5bd");
    add(
        svg,
        "<path d='M%.1f %d H%.1f M%.1f %d v6 M%.1f %d v6' stroke='#1f2933' fill='none'/>",
        LEFT + bar.value.least() * scale,
        middle,
        LEFT + bar.value.most() * scale,
        LEFT + bar.value.least() * scale,
        middle - 3,
        LEFT + bar.value.most() * scale,
        middle - 3);
    add(
        svg,
        "<text x='%.1f' y='%d' fill='#1f2933'>%s</text>",
        LEFT + bar.value.most() * scale + 8,
        middle + 5,
        number(bar.value.median()));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** Formats a value with three significant digits. */
  static String number(double value) {
    String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
