package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.List;

/// Addition and subtraction of whole numbers, asked in several ways, answered with steps.
///
/// @param operation what is asked
/// @param digits most digits of the numbers
record Arithmetic(Operation operation, int digits) implements Skill {
  /// What is done with two numbers.
  enum Operation {
    ADD,
    SUBTRACT
  }

  private static final List<String> SUMS =
      List.of(
          "What is {a} + {b}?",
          "What is {a} plus {b}?",
          "How much is {a} + {b}?",
          "Add {a} and {b}.",
          "Please work out {a} + {b}.",
          "{a} + {b} = ?");
  private static final List<String> SUM_TALES =
      List.of(
          "{person} has {a} {things} and gets {b} more. How many {things} does {person} have now?",
          "There are {a} {things} in one box and {b} in another. How many {things} are there?");
  private static final List<String> DIFFERENCES =
      List.of(
          "What is {a} - {b}?",
          "What is {a} minus {b}?",
          "How much is {a} - {b}?",
          "Subtract {b} from {a}.",
          "Please work out {a} - {b}.",
          "{a} - {b} = ?");
  private static final List<String> DIFFERENCE_TALES =
      List.of(
          "{person} has {a} {things} and gives away {b}. How many {things} are left?",
          "There were {a} {things} in a box. {person} took {b}. How many {things} are left?");
  private static final List<String> COUNTED =
      List.of("marbles", "stamps", "nuts", "eggs", "stones", "cards", "books", "flowers");

  @Override
  public Exercise draw(Draw draw, Side side) {
    while (true) {
      int a = number(draw, side);
      int b = number(draw, side);
      if (operation == Operation.SUBTRACT && a < b) {
        int swapped = a;
        a = b;
        b = swapped;
      }
      if (HeldOut.fits(side, kind(a, b), key(a, b))) {
        return ask(draw, a, b);
      }
    }
  }

  /// Numbers of training have any length up to the most; those of tests have it.
  private int number(Draw draw, Side side) {
    int length = side == Side.HELD_OUT || draw.chance(85) ? digits : draw.between(1, digits);
    int least = 1;
    for (int i = 1; i < length; i++) {
      least *= 10;
    }
    return draw.between(least, 10 * least - 1);
  }

  /// By the numbers themselves: exercises in longer numbers hold shorter ones too.
  private Kind kind(int a, int b) {
    boolean isLong = Math.max(a, b) >= 100;
    return switch (operation) {
      case ADD -> isLong ? Kind.LONG_ADDITION : Kind.ADDITION;
      case SUBTRACT -> isLong ? Kind.LONG_SUBTRACTION : Kind.SUBTRACTION;
    };
  }

  /// Both orders of a sum are one combination.
  private String key(int a, int b) {
    return operation == Operation.ADD
        ? "%d+%d".formatted(Math.min(a, b), Math.max(a, b))
        : "%d-%d".formatted(a, b);
  }

  private Exercise ask(Draw draw, int a, int b) {
    boolean adds = operation == Operation.ADD;
    boolean tale = draw.chance(15);
    List<String> templates =
        adds ? (tale ? SUM_TALES : SUMS) : (tale ? DIFFERENCE_TALES : DIFFERENCES);
    String question =
        Wording.fill(
            draw.pick(templates),
            "a",
            Integer.toString(a),
            "b",
            Integer.toString(b),
            "person",
            World.person(draw, false).name(),
            "things",
            draw.pick(COUNTED));
    String answer = adds ? Columns.add(a, b) : Columns.subtract(a, b);
    return new Exercise(question, answer, new Scorer.FinalNumber(adds ? a + b : a - b));
  }
}
