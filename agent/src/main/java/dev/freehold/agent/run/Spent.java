package dev.freehold.agent.run;

import dev.freehold.agent.journal.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What a run used, as its finished steps tell.
///
/// @param micros money by currency, where it is known
/// @param steps model and tool calls
public record Spent(
    long promptTokens, long completionTokens, Map<String, Long> micros, Duration time, int steps) {
  public static final Spent NOTHING = new Spent(0, 0, Map.of(), Duration.ZERO, 0);

  public Spent {
    micros = Map.copyOf(micros);
  }

  /// The sum over steps.
  public static Spent of(List<Step> steps) {
    Spent sum = NOTHING;
    for (Step step : steps) {
      sum = sum.plus(step);
    }
    return sum;
  }

  /// The sum with one more step.
  public Spent plus(Step step) {
    if (!step.isFinished()) {
      return this;
    }
    Duration taken = Duration.between(step.started(), step.finished().orElseThrow());
    Duration sum = time.plus(taken.isNegative() ? Duration.ZERO : taken);
    return switch (step.call().kind()) {
      case MODEL -> {
        JsonNode result = step.result();
        Map<String, Long> money = new TreeMap<>(micros);
        if (result.has("cost_micros")) {
          money.merge(
              result.path("currency").asString(""),
              result.path("cost_micros").asLong(0),
              Long::sum);
        }
        yield new Spent(
            promptTokens + Math.max(0, result.path("prompt_tokens").asLong(0)),
            completionTokens + Math.max(0, result.path("completion_tokens").asLong(0)),
            money,
            sum,
            steps + 1);
      }
      case TOOL, ACTION -> new Spent(promptTokens, completionTokens, micros, sum, steps + 1);
      case APPROVAL, TIMER, NOTE -> this;
    };
  }

  /// Which part of a budget is used up, in words; empty where none is.
  public Optional<String> exhausted(Budget budget) {
    if (steps >= budget.steps()) {
      return Optional.of("%d steps were done, as many as the run may".formatted(steps));
    }
    long tokens = promptTokens + completionTokens;
    if (budget.tokens().isPresent() && tokens >= budget.tokens().getAsLong()) {
      return Optional.of(
          "%,d tokens were used, of %,d".formatted(tokens, budget.tokens().getAsLong()));
    }
    if (budget.time().isPresent() && time.compareTo(budget.time().get()) >= 0) {
      return Optional.of(
          "%d s were spent, of %d s".formatted(time.toSeconds(), budget.time().get().toSeconds()));
    }
    if (budget.money().isPresent()) {
      Cost most = budget.money().get();
      long used = micros.getOrDefault(most.currency(), 0L);
      if (used >= most.micros()) {
        return Optional.of(
            "%.4f %s were spent, of %.4f"
                .formatted(used / 1e6, most.currency(), most.micros() / 1e6));
      }
    }
    return Optional.empty();
  }
}
