package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.StrictJson;
import dev.freehold.train.seedling.Arithmetic.Operation;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Month;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Exercises, their steps and their results against other ways to find them.
class SkillTest {
  private static final int EXERCISES = 3000;

  private static void forEach(Skill skill, BiConsumer<String, String> check) {
    for (Side side : Side.values()) {
      for (int i = 0; i < EXERCISES; i++) {
        Exercise exercise = skill.draw(new Draw(11, 600, i), side);
        assertThat(exercise.scorer().accepts(exercise.answer())).as(exercise.toString()).isTrue();
        check.accept(exercise.question(), exercise.answer());
      }
    }
  }

  private static List<Integer> numbers(String text) {
    return Pattern.compile("[0-9]+")
        .matcher(text)
        .results()
        .map(m -> Integer.valueOf(m.group()))
        .toList();
  }

  private static int last(String text) {
    return numbers(text).getLast();
  }

  @ParameterizedTest
  @EnumSource
  void everyStepOfASumHolds(Operation operation) {
    Pattern sum = Pattern.compile("(\\d+) plus (\\d+)(?: plus (1))? is (\\d+)");
    Pattern difference = Pattern.compile("(\\d+) minus (\\d+) is (\\d+)");
    Pattern less = Pattern.compile("(\\d+) is less than (\\d+)");
    for (int digits = 1; digits <= 3; digits++) {
      forEach(
          new Arithmetic(operation, digits),
          (question, answer) -> {
            List<Integer> asked = numbers(question);
            int a = asked.get(0);
            int b = asked.get(1);
            int result =
                operation == Operation.ADD ? a + b : question.startsWith("Sub") ? b - a : a - b;
            assertThat(last(answer)).as(question).isEqualTo(result);
            assertThat(result).isNotNegative();
            for (MatchResult m : sum.matcher(answer).results().toList()) {
              int carry = m.group(3) == null ? 0 : 1;
              assertThat(carry + Integer.parseInt(m.group(1)) + Integer.parseInt(m.group(2)))
                  .isEqualTo(Integer.parseInt(m.group(4)));
            }
            for (MatchResult m : difference.matcher(answer).results().toList()) {
              assertThat(Integer.parseInt(m.group(1)) - Integer.parseInt(m.group(2)))
                  .as(answer)
                  .isEqualTo(Integer.parseInt(m.group(3)));
            }
            for (MatchResult m : less.matcher(answer).results().toList()) {
              assertThat(Integer.parseInt(m.group(1))).isLessThan(Integer.parseInt(m.group(2)));
            }
          });
    }
  }

  @Test
  void columnsReadAsAtSchool() {
    assertThat(Columns.add(47, 38))
        .isEqualTo(
            "Start with the ones: 7 plus 8 is 15, so write 5 and carry 1. Then the tens: 4 plus 3"
                + " plus 1 is 8. The answer is 85.");
    assertThat(Columns.subtract(502, 38))
        .isEqualTo(
            "Start with the ones: 2 is less than 8, so borrow 1: 12 minus 8 is 4. Then the tens: 0"
                + " minus 1 is not enough for 3, so borrow 1: 10 minus 1 is 9, and 9 minus 3 is 6."
                + " Then the hundreds: 5 minus 1 is 4, and 4 minus 0 is 4. The answer is 464.");
  }

  @Test
  void comparisonsFindTheRightNumber() {
    forEach(
        new Comparing(),
        (question, answer) -> {
          List<Integer> asked = numbers(question);
          int expected =
              question.contains("larger") ? Collections.max(asked) : Collections.min(asked);
          assertThat(last(answer)).as(question).isEqualTo(expected);
        });
  }

  @Test
  void countsAreRight() {
    forEach(
        new Counting(),
        (question, answer) -> {
          List<String> words =
              Arrays.asList(
                  question.replaceFirst(".*: ", "").replaceFirst("[.?]$", "").split(", ", -1));
          if (question.contains("ount from ")) {
            List<Integer> ends = numbers(question);
            assertThat(numbers(answer))
                .isEqualTo(IntStream.rangeClosed(ends.get(0), ends.get(1)).boxed().toList());
            return;
          }
          Matcher one = Pattern.compile("the word ([a-z]+)").matcher(question);
          int expected = one.find() ? Collections.frequency(words, one.group(1)) : words.size();
          assertThat(last(answer)).as(question).isEqualTo(expected);
        });
  }

  @Test
  void sortedNumbersAreInOrder() {
    forEach(
        new Sorting(),
        (question, answer) -> {
          List<Integer> sorted = new ArrayList<>(numbers(question));
          Collections.sort(sorted);
          if (question.contains("from largest")) {
            Collections.reverse(sorted);
          }
          assertThat(numbers(answer.replaceFirst(".*In order they are ", ""))).isEqualTo(sorted);
        });
  }

  @Test
  void datesAreThoseOfTheCalendar() {
    Pattern asked = Pattern.compile(".* (\\d+) days? (after|before) (\\d+) ([A-Z][a-z]+)\\?");
    Pattern answered = Pattern.compile(".*So it is (\\d+) ([A-Z][a-z]+)\\.");
    forEach(
        new Dates(),
        (question, answer) -> {
          Matcher m = asked.matcher(question);
          if (m.matches()) {
            for (int year : List.of(2027, 2028)) {
              LocalDate from = date(year, m.group(3), m.group(4));
              long days = Long.parseLong(m.group(1));
              LocalDate to =
                  m.group(2).equals("after") ? from.plusDays(days) : from.minusDays(days);
              Matcher found = answered.matcher(answer);
              assertThat(found.matches()).as(answer).isTrue();
              assertThat(date(to.getYear(), found.group(1), found.group(2)))
                  .as(question)
                  .isEqualTo(to);
            }
          }
        });
  }

  private static LocalDate date(int year, String day, String month) {
    return LocalDate.of(year, Month.valueOf(month.toUpperCase(Locale.ROOT)), Integer.parseInt(day));
  }

  @Test
  void weekdaysAreCountedRight() {
    Pattern asked = Pattern.compile("Today is ([A-Za-z]+)\\. .* (?:in )?(\\d) days?( ago)?\\?");
    int[] seen = new int[1];
    forEach(
        new Dates(),
        (question, answer) -> {
          Matcher m = asked.matcher(question);
          if (m.matches()) {
            seen[0]++;
            int count = Integer.parseInt(m.group(2)) * (m.group(3) == null ? 1 : -1);
            int day = Math.floorMod(World.DAYS.indexOf(m.group(1)) + count, 7);
            assertThat(answer).endsWith("So it is " + World.DAYS.get(day) + ".");
          }
        });
    assertThat(seen[0]).isGreaterThan(100);
  }

  @Test
  void copiesAreExact() {
    forEach(
        new Copying(),
        (question, answer) ->
            assertThat(question).endsWith(": " + answer.replaceAll("^You wrote: \"|\"\\.$", "")));
  }

  @Test
  void jsonSaysWhatTheSentenceSays() {
    for (int i = 0; i < EXERCISES; i++) {
      Exercise exercise = new JsonSkill().draw(new Draw(12, 601, i), Side.TRAINING);
      String answer = exercise.answer();
      if (answer.startsWith("The value")) {
        JsonNode asked = json(exercise.question().replaceFirst("^[^{]*", ""));
        String key = exercise.question().split("\"", -1)[1];
        assertThat(answer)
            .isEqualTo("The value of \"%s\" is %s.".formatted(key, asked.get(key).toString()));
      } else {
        JsonNode written = json(answer);
        assertThat(written.size()).isGreaterThan(1);
        written.forEach(value -> assertThat(exercise.question()).contains(value.asString()));
      }
    }
  }

  private static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), text);
  }
}
