package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;

/// Sums and differences worked out in words, column by column from the right.
final class Columns {
  private static final List<String> NAMES = List.of("ones", "tens", "hundreds", "thousands");

  private Columns() {}

  /// The steps of `a + b` and its result, in sentences.
  static String add(int a, int b) {
    if (a < 10 && b < 10) {
      return "The answer is %d.".formatted(a + b);
    }
    int columns = Integer.toString(Math.max(a, b)).length();
    List<String> steps = new ArrayList<>();
    int carry = 0;
    for (int column = 0; column < columns; column++) {
      int x = digit(a, column);
      int y = digit(b, column);
      int sum = x + y + carry;
      String step = "%d plus %d%s is %d".formatted(x, y, carry == 0 ? "" : " plus 1", sum);
      carry = sum / 10;
      if (carry > 0 && column < columns - 1) {
        step += ", so write %d and carry 1".formatted(sum % 10);
      }
      steps.add(at(column) + step + ".");
    }
    return String.join(" ", steps) + " The answer is %d.".formatted(a + b);
  }

  /// The steps of `a - b` and its result, in sentences; b is at most a.
  static String subtract(int a, int b) {
    if (a < 10) {
      return "The answer is %d.".formatted(a - b);
    }
    int columns = Integer.toString(a).length();
    List<String> steps = new ArrayList<>();
    boolean borrowed = false;
    for (int column = 0; column < columns; column++) {
      int x = digit(a, column);
      int y = digit(b, column);
      boolean borrows = x - (borrowed ? 1 : 0) < y;
      steps.add(at(column) + (borrowed ? lessOne(x, y, borrows) : plain(x, y, borrows)) + ".");
      borrowed = borrows;
    }
    return String.join(" ", steps) + " The answer is %d.".formatted(a - b);
  }

  private static String plain(int x, int y, boolean borrows) {
    return borrows
        ? "%d is less than %d, so borrow 1: %d minus %d is %d"
            .formatted(x, y, x + 10, y, x + 10 - y)
        : "%d minus %d is %d".formatted(x, y, x - y);
  }

  private static String lessOne(int x, int y, boolean borrows) {
    return borrows
        ? "%d minus 1 is not enough for %d, so borrow 1: %d minus 1 is %d, and %d minus %d is %d"
            .formatted(x, y, x + 10, x + 9, x + 9, y, x + 9 - y)
        : "%d minus 1 is %d, and %d minus %d is %d".formatted(x, x - 1, x - 1, y, x - 1 - y);
  }

  private static String at(int column) {
    return column == 0 ? "Start with the ones: " : "Then the %s: ".formatted(name(column));
  }

  static String name(int column) {
    return NAMES.get(column);
  }

  static int digit(int number, int column) {
    int rest = number;
    for (int i = 0; i < column; i++) {
      rest /= 10;
    }
    return rest % 10;
  }
}
