package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.ArrayList;
import java.util.List;

/// Days of the week and of the year, counted forward and back.
///
/// No date is counted from February to March or back, since that depends on the year.
final class Dates implements Skill {
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<Integer> LENGTHS =
      List.of(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
  private static final int FEBRUARY = 1;
  private static final int MARCH = 2;
  private static final int MOST_DAYS = 9;

  /// A day of a month, which counts from 0.
  private record Date(int day, int month) {
    Date after() {
      return day < LENGTHS.get(month)
          ? new Date(day + 1, month)
          : new Date(1, (month + 1) % MONTHS.size());
    }

    Date before() {
      int last = (month + MONTHS.size() - 1) % MONTHS.size();
      return day > 1 ? new Date(day - 1, month) : new Date(LENGTHS.get(last), last);
    }

    @Override
    public String toString() {
      return day + " " + MONTHS.get(month);
    }
  }

  @Override
  public Exercise draw(Draw draw, Side side) {
    if (side == Side.TRAINING && draw.chance(35)) {
      return draw.chance(60) ? weekday(draw) : month(draw);
    }
    while (true) {
      int month = draw.below(MONTHS.size());
      Date from = new Date(draw.between(1, LENGTHS.get(month)), month);
      int count = draw.between(1, MOST_DAYS);
      boolean forward = draw.chance(60);
      String key = "%s %s %d".formatted(from, forward ? "after" : "before", count);
      List<Date> path = path(from, count, forward);
      if (!crossesLeapDay(path) && HeldOut.fits(side, Kind.DATE, key)) {
        String days = count == 1 ? "1 day" : count + " days";
        String question =
            draw.pick("What date is %s %s %s?", "Which date comes %s %s %s?")
                .formatted(days, forward ? "after" : "before", from);
        List<String> steps = path.subList(1, path.size()).stream().map(Date::toString).toList();
        return counted(question, from.toString(), forward, steps);
      }
    }
  }

  private static Exercise counted(
      String question, String from, boolean forward, List<String> steps) {
    String answer =
        "Counting %s from %s: %s. So it is %s."
            .formatted(forward ? "on" : "back", from, String.join(", ", steps), steps.getLast());
    return new Exercise(question, answer, new Scorer.Ending("is " + steps.getLast()));
  }

  private static List<Date> path(Date from, int count, boolean forward) {
    List<Date> path = new ArrayList<>(List.of(from));
    for (int i = 0; i < count; i++) {
      path.add(forward ? path.getLast().after() : path.getLast().before());
    }
    return path;
  }

  private static boolean crossesLeapDay(List<Date> path) {
    return path.stream().anyMatch(date -> date.month() == FEBRUARY)
        && path.stream().anyMatch(date -> date.month() == MARCH);
  }

  private static Exercise weekday(Draw draw) {
    int from = draw.below(World.DAYS.size());
    int count = draw.between(1, 6);
    boolean forward = draw.chance(60);
    List<String> steps = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      steps.add(World.DAYS.get(Math.floorMod(from + (forward ? i : -i), World.DAYS.size())));
    }
    String day = World.DAYS.get(from);
    String days = count == 1 ? "1 day" : count + " days";
    String question =
        forward
            ? draw.pick("Today is %s. Which day is it in %s?", "Today is %s. What day comes in %s?")
            : draw.pick("Today is %s. Which day was it %s ago?");
    return counted(question.formatted(day, days), day, forward, steps);
  }

  private static Exercise month(Draw draw) {
    int month = draw.below(MONTHS.size());
    String name = MONTHS.get(month);
    String next = MONTHS.get((month + 1) % MONTHS.size());
    String length =
        month == FEBRUARY ? "28 days, and 29 in a leap year" : LENGTHS.get(month) + " days";
    return switch (draw.below(3)) {
      case 0 -> told("Which month comes after %s?".formatted(name), name + " comes before", next);
      case 1 -> told("Which month comes before %s?".formatted(next), next + " comes after", name);
      default -> told("How many days does %s have?".formatted(name), name + " has", length);
    };
  }

  private static Exercise told(String question, String beginning, String end) {
    return new Exercise(question, "%s %s.".formatted(beginning, end), new Scorer.Ending(end));
  }
}
