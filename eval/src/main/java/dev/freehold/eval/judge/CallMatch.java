package dev.freehold.eval.judge;

import dev.freehold.eval.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Compares the calls of a reply with those that are expected, in any order.
final class CallMatch {
  private CallMatch() {}

  static Judgement judge(List<Criterion.ToolCalls.Expected> expected, List<Reply.Call> calls) {
    if (calls.size() != expected.size()) {
      return Judgement.wrong(
          "%d tools are called, %d were expected".formatted(calls.size(), expected.size()));
    }
    boolean[][] fits = new boolean[calls.size()][];
    for (int i = 0; i < calls.size(); i++) {
      Reply.Call call = calls.get(i);
      switch (JsonReply.read(call.arguments().isBlank() ? "{}" : call.arguments(), false)) {
        case JsonReply.NotJson not -> {
          return Judgement.wrong("arguments of %s: %s".formatted(call.name(), not.reason()));
        }
        case JsonReply.Value value -> fits[i] = fitting(call.name(), value.json(), expected);
      }
    }
    int[] takenBy = new int[expected.size()];
    java.util.Arrays.fill(takenBy, -1);
    for (int i = 0; i < calls.size(); i++) {
      if (!place(i, fits, takenBy, new boolean[expected.size()])) {
        return Judgement.wrong("the call of %s is not expected".formatted(calls.get(i).name()));
      }
    }
    return Judgement.RIGHT;
  }

  private static boolean[] fitting(
      String name, JsonNode arguments, List<Criterion.ToolCalls.Expected> expected) {
    boolean[] fits = new boolean[expected.size()];
    for (int j = 0; j < fits.length; j++) {
      Criterion.ToolCalls.Expected one = expected.get(j);
      fits[j] =
          one.name().equals(name)
              && JsonReply.isEqual(
                  without(arguments, one.ignored()), without(one.arguments(), one.ignored()));
    }
    return fits;
  }

  private static JsonNode without(JsonNode arguments, Set<String> ignored) {
    if (ignored.isEmpty() || !(arguments instanceof ObjectNode object)) {
      return arguments;
    }
    ObjectNode left = object.deepCopy();
    left.remove(new ArrayList<>(ignored));
    return left;
  }

  /// Kuhn's algorithm: gives call `i` an expected one, moving others where that makes room.
  private static boolean place(int i, boolean[][] fits, int[] takenBy, boolean[] seen) {
    for (int j = 0; j < takenBy.length; j++) {
      if (fits[i][j] && !seen[j]) {
        seen[j] = true;
        if (takenBy[j] < 0 || place(takenBy[j], fits, takenBy, seen)) {
          takenBy[j] = i;
          return true;
        }
      }
    }
    return false;
  }
}
