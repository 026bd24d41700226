package dev.freehold.cli.exit;

import dev.freehold.cli.speed.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What is known of a model of this machine that might take a route.
///
/// @param bytes of its weights
/// @param stateBytes of the state of a request as long as the longest that was asked
/// @param context tokens of a prompt and its answer
/// @param hasTools whether it can call tools
/// @param prompt work of one token of a prompt
/// @param answer work of one token of an answer
public record LocalModelFacts(
    String name, long bytes, long stateBytes, Limits limits, Work prompt, Work answer) {
  /// What it can take.
  public record Limits(int context, boolean hasTools) {}

  /// What it lacks for a route; nothing where it could take it.
  ///
  /// @param memory bytes that the machine has to give
  public List<String> lacks(RouteUse use, double memory) {
    List<String> lacks = new ArrayList<>();
    if (use.longest() > limits.context()) {
      lacks.add(
          String.format(
              Locale.ROOT,
              "context: %,d tokens, and the longest request took %,d",
              limits.context(),
              use.longest()));
    }
    Map<String, Long> needs = use.needs();
    if (needs.containsKey("tools") && !limits.hasTools()) {
      lacks.add("tools");
    }
    if (needs.containsKey("images")) {
      lacks.add("images");
    }
    if (bytes + stateBytes > memory) {
      lacks.add(
          String.format(
              Locale.ROOT,
              "memory: %.1f GB, and there are %.1f GB",
              (bytes + stateBytes) / 1e9,
              memory / 1e9));
    }
    return lacks;
  }
}
