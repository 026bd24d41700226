package dev.freehold.cli;

import dev.freehold.eval.task.EvalTask;
import dev.freehold.eval.task.TaskFile;
import dev.freehold.eval.task.TaskSet;
import dev.freehold.train.seedling.SeedlingTests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Finds the tasks that an evaluation asks: those that Freehold carries, or a file's.
final class EvalTasks {
  /// The sample tasks that Freehold carries.
  static final String SAMPLES = "samples";

  private EvalTasks() {}

  /// The tasks of a name or file; of each group as many as are asked for.
  ///
  /// @param groups only these; all where none is named
  static TaskSet find(String name, List<String> groups, OptionalInt items) {
    return switch (name) {
      case SeedlingTasks.NAME -> {
        int most = items.orElse(SeedlingTests.ITEMS);
        if (most < 1 || most > SeedlingTests.ITEMS) {
          throw new CliException(
              Exit.USAGE,
              "--items %d: expected 1 to %d".formatted(most, SeedlingTests.ITEMS),
              "Leave it out for all of them.");
        }
        requireGroups(groups, SeedlingTasks.groups());
        yield SeedlingTasks.tasks(groups, most);
      }
      case SAMPLES -> chosen(TaskFile.samples(), groups, items);
      default -> chosen(TaskFile.read(name, Path.of(name)), groups, items);
    };
  }

  /// Of each group as many as are asked for.
  static TaskSet chosen(TaskSet set, List<String> groups, OptionalInt items) {
    TreeSet<String> there = new TreeSet<>();
    set.tasks().forEach(task -> there.add(task.group()));
    requireGroups(groups, new ArrayList<>(there));
    if (items.isPresent() && items.getAsInt() < 1) {
      throw new CliException(
          Exit.USAGE,
          "--items %d: expected 1 or more".formatted(items.getAsInt()),
          "Leave it out for all of them.");
    }
    Map<String, Integer> counts = new HashMap<>();
    List<EvalTask> chosen = new ArrayList<>();
    for (EvalTask task : set.tasks()) {
      boolean isWanted = groups.isEmpty() || groups.contains(task.group());
      if (isWanted
          && counts.merge(task.group(), 1, Integer::sum) <= items.orElse(Integer.MAX_VALUE)) {
        chosen.add(task);
      }
    }
    return new TaskSet(set.name(), chosen);
  }

  private static void requireGroups(List<String> wanted, List<String> there) {
    for (String group : wanted) {
      if (!there.contains(group)) {
        throw new CliException(
            Exit.USAGE,
            "--task %s: expected some of %s".formatted(group, String.join(", ", there)),
            "Try \"freehold eval --help\".");
      }
    }
  }
}
