package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Counting aloud: the words of a list, those alike, or from one number to another.
final class Counting implements Skill {
  private static final int MOST = 12;

  @Override
  public Exercise draw(Draw draw, Side side) {
    while (true) {
      if (draw.chance(20)) {
        int from = draw.between(1, 200);
        int to = from + draw.between(2, 9);
        if (HeldOut.fits(side, Kind.COUNTING, from + " to " + to)) {
          return countUp(draw, from, to);
        }
        continue;
      }
      boolean all = draw.chance(55);
      List<String> words = all ? words(draw) : fewWords(draw);
      String list = String.join(", ", words);
      if (HeldOut.fits(side, Kind.COUNTING, list)) {
        return all ? countAll(draw, words, list) : countOne(draw, words, list);
      }
    }
  }

  private static List<String> words(Draw draw) {
    List<String> kind = draw.pick(List.of(World.THINGS, World.FOODS, World.COLOURS, World.JOBS));
    return draw.pickSome(kind, draw.between(2, MOST));
  }

  private static List<String> fewWords(Draw draw) {
    List<String> kinds = draw.pickSome(World.THINGS, draw.between(2, 4));
    List<String> words = new ArrayList<>();
    int count = draw.between(3, MOST);
    for (int i = 0; i < count; i++) {
      words.add(draw.pick(kinds));
    }
    return words;
  }

  private static Exercise countUp(Draw draw, int from, int to) {
    String question =
        draw.pick(
                "Count from %d to %d.",
                "Please count from %d to %d.", "Can you count from %d to %d?")
            .formatted(from, to);
    List<String> numbers = IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    String list = String.join(", ", numbers);
    return new Exercise(question, "I count: " + list + ".", new Scorer.Ending("count: " + list));
  }

  private static Exercise countAll(Draw draw, List<String> words, String list) {
    String question =
        draw.pick(
                "How many words are in this list: %s?",
                "Count the words in this list: %s.", "How many words do you see here: %s?")
            .formatted(list);
    List<String> counted = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      counted.add("%d %s".formatted(i + 1, words.get(i)));
    }
    String answer =
        "I count them: %s. There are %d words.".formatted(String.join(", ", counted), words.size());
    return new Exercise(question, answer, new Scorer.FinalNumber(words.size()));
  }

  private static Exercise countOne(Draw draw, List<String> words, String list) {
    String word = draw.pick(words);
    String question =
        draw.pick(
                "How many times does the word %s stand in this list: %s?",
                "How often do you find the word %s in this list: %s?")
            .formatted(word, list);
    List<String> counted = new ArrayList<>();
    int count = 0;
    for (String each : words) {
      counted.add(each.equals(word) ? "%s %d".formatted(each, ++count) : each);
    }
    String answer =
        "I go through the list: %s. The word %s is there %s."
            .formatted(String.join(", ", counted), word, count == 1 ? "1 time" : count + " times");
    return new Exercise(question, answer, new Scorer.FinalNumber(count));
  }
}
