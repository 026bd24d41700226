package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// The held-out items and the rules by which replies to them are judged.
class SeedlingTestsTest {
  @ParameterizedTest
  @EnumSource
  void everyTaskHasAThousandDifferentItems(Task task) {
    List<TestItem> items = SeedlingTests.items(task);
    assertThat(items).hasSize(1000);
    assertThat(items.stream().map(TestItem::promptText).distinct()).hasSize(1000);
    assertThat(SeedlingTests.items(task, 50)).isEqualTo(items.subList(0, 50));
    for (TestItem item : items) {
      assertThat(item.task()).isEqualTo(task);
      assertThat(item.scorer().accepts(item.expected())).as(item.expected()).isTrue();
      assertThat(item.scorer().accepts("")).isFalse();
      assertThat(item.scorer().accepts("I do not know that.")).isFalse();
    }
    long rightByChance =
        items.stream().filter(i -> i.scorer().accepts(items.getFirst().expected())).count();
    assertThat(rightByChance).as("one reply for all").isLessThan(250);
  }

  @Test
  void storiesAskForHeldOutNamesToo() {
    for (Task task : List.of(Task.STORY_ONE_HOP, Task.STORY_TWO_HOP)) {
      long names =
          SeedlingTests.items(task).stream()
              .filter(item -> item.subset().equals("held-out name"))
              .count();
      assertThat(names).isBetween(100L, 400L);
    }
  }

  @Test
  void tooManyItemsAreAnError() {
    assertThatThrownBy(() -> SeedlingTests.items(Task.DATES, 5000))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("5000 were asked for");
  }

  @Test
  void theFinalNumberCounts() {
    Scorer scorer = new Scorer.FinalNumber(85);
    assertThat(scorer.accepts("7 and 8 is 15. The answer is 85.")).isFalse();
    assertThat(scorer.accepts("First 15. The answer is 85.")).isTrue();
    assertThat(scorer.accepts("The answer is 85")).isFalse();
    assertThat(scorer.accepts("The answer is 85, not 86.")).isFalse();
    assertThat(scorer.accepts("The answer is 185.")).isFalse();
  }

  @Test
  void oneEntityCounts() {
    Scorer place = new Scorer.NamedEntity(Entity.PLACE, "garden", Set.of());
    assertThat(place.accepts("Ben has the lamp, and Ben is in the garden.")).isTrue();
    assertThat(place.accepts("Ben is in the garden or in the kitchen.")).isFalse();
    assertThat(place.accepts("Ben is in the gardens.")).isFalse();
    assertThat(place.accepts("garden")).isFalse();
    Scorer person = new Scorer.NamedEntity(Entity.PERSON, "Talvena", Set.of());
    assertThat(person.accepts("The baker is Talvena.")).isTrue();
    assertThat(person.accepts("Talvena went to the market on Monday.")).isTrue();
    assertThat(person.accepts("Talvenas has the lamp.")).isFalse();
    assertThat(person.accepts("Talvena or Ben has the lamp.")).isFalse();
    Scorer asked = new Scorer.NamedEntity(Entity.PERSON, "Ben", Set.of("Clara"));
    assertThat(asked.accepts("Clara gave it to Ben.")).isTrue();
  }

  @Test
  void theCallCountsAsJson() {
    ToolCall call =
        new ToolCall("add", JsonNodeFactory.instance.objectNode().put("a", 1).put("b", "x"));
    Scorer scorer = new Scorer.CallEquals(call);
    assertThat(scorer.accepts(ChatFormat.toolCall(call))).isTrue();
    String swapped = "{\"arguments\": {\"b\": \"x\", \"a\": 1}, \"name\": \"add\"}";
    assertThat(scorer.accepts("<tool_call>" + swapped + "</tool_call>")).isTrue();
    assertThat(scorer.accepts(swapped)).isFalse();
    assertThat(scorer.accepts("Yes. <tool_call>" + swapped + "</tool_call>")).isFalse();
    for (String wrong :
        List.of(
            swapped.replace("1", "\"1\""),
            swapped.replace("1", "2"),
            swapped.replace("\"add\"", "\"sub\""),
            swapped.replace("\"a\": 1", "\"a\": 1, \"c\": 2"),
            swapped.replace("}, ", "}, \"id\": 1, "),
            swapped.substring(1))) {
      assertThat(scorer.accepts("<tool_call>" + wrong + "</tool_call>")).as(wrong).isFalse();
    }
  }

  @Test
  void quotedTextAndEndingsAreExact() {
    assertThat(new Scorer.Quoted("a b").accepts("You wrote: \"a b\".")).isTrue();
    assertThat(new Scorer.Quoted("a b").accepts("You wrote: \"a  b\".")).isFalse();
    assertThat(new Scorer.Quoted("a b").accepts("You wrote: a b.")).isFalse();
    assertThat(new Scorer.Ending("is 1 May").accepts("So it is 1 May.")).isTrue();
    assertThat(new Scorer.Ending("is 1 May").accepts("So it is 11 May.")).isFalse();
  }
}
