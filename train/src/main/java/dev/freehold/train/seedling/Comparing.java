package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;

/// Which of two numbers is larger or smaller, found digit by digit from the left.
final class Comparing implements Skill {
  @Override
  public Exercise draw(Draw draw, Side side) {
    while (true) {
      int a = number(draw);
      int b = draw.chance(40) ? near(draw, a) : number(draw);
      String key = "%d|%d".formatted(Math.min(a, b), Math.max(a, b));
      if (a != b && HeldOut.fits(side, Kind.COMPARISON, key)) {
        boolean larger = draw.chance(50);
        String word = larger ? "larger" : "smaller";
        String question =
            draw.pick(
                    "Which number is %s, %d or %d?",
                    "Which is the %s number: %d or %d?", "Tell me which one is %s, %d or %d.")
                .formatted(word, a, b);
        int chosen = larger == a > b ? a : b;
        String answer = reasons(a, b) + " So %d is %s.".formatted(chosen, word);
        return new Exercise(question, answer, new Scorer.FinalNumber(chosen));
      }
    }
  }

  private static int number(Draw draw) {
    return draw.chance(60) ? draw.between(100, 999) : draw.between(1, 99);
  }

  /// A number that shares its first digits with another.
  private static int near(Draw draw, int a) {
    int unit = a >= 100 && draw.chance(50) ? 100 : 10;
    return a - a % unit + draw.below(unit);
  }

  private static String reasons(int a, int b) {
    int lengthA = Integer.toString(a).length();
    int lengthB = Integer.toString(b).length();
    if (lengthA != lengthB) {
      return "The number %d has %s and %d has %s."
          .formatted(a, digits(lengthA), b, digits(lengthB));
    }
    StringBuilder reasons = new StringBuilder();
    for (int column = lengthA - 1; column >= 0; column--) {
      int x = Columns.digit(a, column);
      int y = Columns.digit(b, column);
      reasons.append(reasons.isEmpty() ? "" : " ");
      reasons.append("The %s are %d and %d, ".formatted(Columns.name(column), x, y));
      if (x != y) {
        return reasons.append("and %d is more.".formatted(Math.max(x, y))).toString();
      }
      reasons.append("which are equal.");
    }
    throw new IllegalStateException(a + " equals " + b);
  }

  private static String digits(int count) {
    return count == 1 ? "1 digit" : count + " digits";
  }
}
