package dev.freehold.eval.task;

import dev.freehold.eval.EvalException;
import dev.freehold.eval.record.TaskText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Tasks that are asked together.
///
/// @param name what people call the set
public record TaskSet(String name, List<EvalTask> tasks) {
  /// More tasks than this are refused.
  public static final int MOST_TASKS = 100_000;

  public TaskSet {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty()) {
      throw new EvalException("%s: holds no task".formatted(name));
    }
    if (tasks.size() > MOST_TASKS) {
      throw new EvalException(
          "%s: expected at most %,d tasks, found %,d".formatted(name, MOST_TASKS, tasks.size()));
    }
    Set<String> ids = new HashSet<>();
    for (EvalTask task : tasks) {
      if (!ids.add(task.id())) {
        throw new EvalException("%s: two tasks have the id \"%s\"".formatted(name, task.id()));
      }
    }
  }

  /// What the tasks ask, for the record of a run.
  public List<TaskText> texts() {
    return tasks.stream()
        .map(task ->
            new TaskText(task.id(), task.question(), task.reference(), task.criterion().name()))
        .toList();
  }

  /// SHA-256 over ids and digests of the tasks in their order: what was asked, in one number.
  public String digest() {
    StringBuilder all = new StringBuilder();
    for (EvalTask task : tasks) {
      all.append(sha256(task.id())).append(task.digest()).append('\n');
    }
    return sha256(all.toString());
  }

  /// SHA-256 of a text's UTF-8, in hexadecimal digits.
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
