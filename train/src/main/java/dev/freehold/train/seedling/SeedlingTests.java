package dev.freehold.train.seedling;

import dev.freehold.train.TrainException;
import dev.freehold.train.seedling.Arithmetic.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The held-out items of every task: always the same, none with the same prompt as another.
public final class SeedlingTests {
  /// Items of each task that a published score rests on.
  public static final int ITEMS = 1000;

  private static final long SEED = 0x7E57;
  private static final int MOST_TRIES_PER_ITEM = 100;

  private static final Skill ADDITION = new Arithmetic(Operation.ADD, 2);
  private static final Skill SUBTRACTION = new Arithmetic(Operation.SUBTRACT, 2);
  private static final Skill LONG_ADDITION = new Arithmetic(Operation.ADD, 3);
  private static final Skill LONG_SUBTRACTION = new Arithmetic(Operation.SUBTRACT, 3);

  private SeedlingTests() {}

  /// The first [#ITEMS] items of a task.
  public static List<TestItem> items(Task task) {
    return items(task, ITEMS);
  }

  /// The first `count` items of a task; fails with a [TrainException] when it has fewer.
  public static List<TestItem> items(Task task, int count) {
    List<TestItem> items = new ArrayList<>();
    Set<String> prompts = new HashSet<>();
    long most = (long) MOST_TRIES_PER_ITEM * count;
    for (long i = 0; i < most && items.size() < count; i++) {
      Optional<TestItem> item = item(task, new Draw(SEED, task.stream(), i));
      if (item.isPresent() && prompts.add(item.get().promptText())) {
        items.add(item.get());
      }
    }
    if (items.size() < count) {
      throw new TrainException(
          "%s has %d held-out items; %d were asked for".formatted(task, items.size(), count));
    }
    return List.copyOf(items);
  }

  private static Optional<TestItem> item(Task task, Draw draw) {
    return switch (task) {
      case STORY_ONE_HOP, STORY_TWO_HOP -> StorySource.test(draw, task);
      case TOOL_CALLS -> ToolSource.test(draw);
      case ADDITION -> exercise(draw, task, "addition", ADDITION);
      case SUBTRACTION -> exercise(draw, task, "subtraction", SUBTRACTION);
      case THREE_DIGIT ->
          draw.chance(50)
              ? exercise(draw, task, "addition", LONG_ADDITION)
              : exercise(draw, task, "subtraction", LONG_SUBTRACTION);
      case COMPARING -> exercise(draw, task, "comparing", new Comparing());
      case COUNTING -> exercise(draw, task, "counting", new Counting());
      case SORTING -> exercise(draw, task, "sorting", new Sorting());
      case COPYING -> exercise(draw, task, "copying", new Copying());
      case DATES -> exercise(draw, task, "dates", new Dates());
    };
  }

  private static Optional<TestItem> exercise(Draw draw, Task task, String subset, Skill skill) {
    return Optional.of(SkillSource.test(draw, task, subset, skill));
  }
}
