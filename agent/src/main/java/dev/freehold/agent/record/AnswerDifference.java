package dev.freehold.agent.record;

import dev.freehold.agent.run.Answer;
import java.util.Optional;

/// In what two answers differ.
final class AnswerDifference {
  private static final int BEFORE = 20;
  private static final int AFTER = 60;

  private AnswerDifference() {}

  static Optional<Difference> of(int step, Answer then, Answer now) {
    return field(step, "reasoning", then.reasoning(), now.reasoning())
        .or(() -> field(step, "text", then.text(), now.text()))
        .or(() -> calls(step, then, now))
        .or(() -> field(step, "finish", then.finish().name(), now.finish().name()));
  }

  private static Optional<Difference> calls(int step, Answer then, Answer now) {
    int most = Math.max(then.calls().size(), now.calls().size());
    for (int i = 0; i < most; i++) {
      Optional<Difference> difference =
          field(step, "calls[%d]".formatted(i), call(then, i), call(now, i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static String call(Answer answer, int index) {
    if (index >= answer.calls().size()) {
      return "";
    }
    Answer.Call call = answer.calls().get(index);
    return call.name() + " " + call.arguments();
  }

  private static Optional<Difference> field(int step, String name, String then, String now) {
    if (then.equals(now)) {
      return Optional.empty();
    }
    int same = 0;
    while (same < then.length() && same < now.length() && then.charAt(same) == now.charAt(same)) {
      same++;
    }
    return Optional.of(new Difference(step, name, around(then, same), around(now, same)));
  }

  private static String around(String text, int index) {
    int from = Math.max(0, index - BEFORE);
    int to = Math.min(text.length(), index + AFTER);
    return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
  }
}
