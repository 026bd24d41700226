package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Stories against a reader that knows only their text.
class StoryTest {
  private static final int STORIES = 4000;

  @ParameterizedTest
  @EnumSource
  void answersFollowFromTheTextAlone(Side side) {
    Map<String, Integer> asked = new TreeMap<>();
    for (int i = 0; i < STORIES; i++) {
      Story story = Story.draw(new Draw(7, 500, i), side);
      StoryReader reader = new StoryReader(story.text());
      assertThat(story.sentences()).hasSize(Story.LENGTH);
      for (Question question : story.questions()) {
        String as = "story %d: %s%n%s%n%s".formatted(i, story.text(), question.text(), question);
        String found = reader.answer(question.text());
        asked.merge(question.hops() + " " + question.kind(), 1, Integer::sum);
        if (question.hops() == 0) {
          assertThat(found).as(as).isEmpty();
          assertThat(question.answer()).startsWith("The story does not say ");
        } else {
          assertThat(found).as(as).isEqualTo(question.expected());
          reader.confirm(question.answer());
          Set<String> named = Scorer.Mentions.of(question.kind(), question.answer());
          named.removeAll(Scorer.Mentions.of(question.kind(), question.text()));
          assertThat(named).as(as).containsExactly(question.expected());
        }
      }
    }
    assertThat(asked.keySet())
        .containsAll(
            Set.of("1 PERSON", "1 PLACE", "1 THING", "1 COLOUR", "1 JOB", "1 FOOD", "1 DAY"));
    assertThat(asked.keySet())
        .containsAll(Set.of("2 PLACE", "2 THING", "2 COLOUR", "2 JOB", "2 FOOD", "2 DAY"));
  }

  @Test
  void testItemsAskForWhatTheirStoryTells() {
    Pattern prompt = Pattern.compile("(?s)(?:.*?\n\n)??([^\n]*)\n\n(?:Question: )?([^\n]*)");
    for (Task task : Set.of(Task.STORY_ONE_HOP, Task.STORY_TWO_HOP)) {
      for (TestItem item : SeedlingTests.items(task)) {
        Matcher parts = prompt.matcher(item.prompt().messages().getFirst().content());
        assertThat(parts.matches()).isTrue();
        StoryReader reader = new StoryReader(parts.group(1));
        Scorer.NamedEntity scorer = (Scorer.NamedEntity) item.scorer();
        assertThat(reader.answer(parts.group(2))).isEqualTo(scorer.expected());
        reader.confirm(item.expected());
      }
    }
  }

  @Test
  void theWorldIsLargeAndItsWordsAreClear() {
    Map<String, Entity> kinds = new TreeMap<>();
    for (Entity kind : Entity.values()) {
      for (String name : World.names(kind)) {
        assertThat(kinds.put(name.toLowerCase(Locale.ROOT), kind)).as(name).isNull();
      }
    }
    assertThat(kinds).hasSizeGreaterThan(250);
    assertThat(World.PEOPLE).anyMatch(Person::reserved);
    Set<String> words = new TreeSet<>();
    Stream.of(Scenery.OPENINGS, Scenery.WEEKS, Scenery.MOODS, Scenery.FEELINGS)
        .flatMap(List::stream)
        .flatMap(s -> Stream.of(s.toLowerCase(Locale.ROOT).split("[^a-z]+", -1)))
        .forEach(words::add);
    words.addAll(Scenery.WEATHER);
    words.retainAll(kinds.keySet());
    assertThat(words).as("words of the world in sentences without facts").isEmpty();
  }
}
