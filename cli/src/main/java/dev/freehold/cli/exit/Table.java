package dev.freehold.cli.exit;

import java.io.PrintStream;
import java.util.List;

/// Lines of cells, in columns.
public final class Table {
  private Table() {}

  /// @param texts how many columns stand on the left; numbers stand on the right
  public static void print(PrintStream out, List<String[]> lines, int texts) {
    int[] widths = new int[lines.getFirst().length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line[i].length());
        text.append(i == 0 ? "" : "  ").append(i < texts ? line[i] + padding : padding + line[i]);
      }
      out.println(text.toString().stripTrailing());
    }
  }
}
