package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Putting three to five numbers in order, one choice after another.
final class Sorting implements Skill {
  @Override
  public Exercise draw(Draw draw, Side side) {
    while (true) {
      int bound = draw.chance(70) ? 99 : 999;
      List<Integer> numbers = new ArrayList<>();
      int count = draw.between(3, 5);
      while (numbers.size() < count) {
        int number = draw.between(1, bound);
        if (!numbers.contains(number)) {
          numbers.add(number);
        }
      }
      if (HeldOut.fits(side, Kind.SORTING, join(numbers))) {
        return ask(draw, numbers);
      }
    }
  }

  private static Exercise ask(Draw draw, List<Integer> numbers) {
    boolean up = draw.chance(70);
    String order = up ? "from smallest to largest" : "from largest to smallest";
    String question =
        draw.pick("Sort these numbers %s: %s.", "Put these numbers in order %s: %s.")
            .formatted(order, join(numbers));
    Comparator<Integer> comparator = up ? Comparator.naturalOrder() : Comparator.reverseOrder();
    List<Integer> sorted = numbers.stream().sorted(comparator).toList();
    StringBuilder steps = new StringBuilder();
    List<Integer> left = new ArrayList<>(numbers);
    for (int next : sorted.subList(0, sorted.size() - 1)) {
      steps.append("Of %s the %s is %d. ".formatted(join(left), up ? "smallest" : "largest", next));
      left.remove(Integer.valueOf(next));
    }
    steps.append("%d is left. In order they are %s.".formatted(left.getFirst(), join(sorted)));
    return new Exercise(question, steps.toString(), new Scorer.Ending("are " + join(sorted)));
  }

  private static String join(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
