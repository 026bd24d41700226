package dev.freehold.cli;

import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.Budget;
import dev.freehold.agent.run.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Options of commands that have an agent work: what it may do unasked, and what it may use.
final class AgentOptions {
  @Option(
      names = "--yes",
      description =
          "Ask nothing: every tool may do all in the workspace. The folder itself changes only by"
              + " apply. Effects elsewhere are asked for all the same.")
  private boolean yes;

  @Option(
      names = "--yes-to",
      paramLabel = "TOOLS",
      split = ",",
      description = "Ask nothing for these tools, as write,edit,bash or files__read_file.")
  private List<String> yesTo = List.of();

  @Option(
      names = "--allow",
      paramLabel = "TOOL:PATTERN",
      description =
          "Allow what fits, as \"bash:mvn -q\" (words that a plain command begins with) or"
              + " \"edit:src/**\"; may be given again.")
  private List<String> allowed = List.of();

  @Option(
      names = "--deny",
      paramLabel = "TOOL:PATTERN",
      description = "Deny what fits, whatever else allows it; may be given again.")
  private List<String> denied = List.of();

  @Option(
      names = "--unasked",
      paramLabel = "deny|wait",
      description =
          "Where nobody can be asked: deny, the default, or wait, so that resume asks later.")
  private Unasked unasked = Unasked.DENY;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Model and tool calls at most; 100 by default.")
  private Optional<Integer> maxSteps = Optional.empty();

  @Option(
      names = "--budget-tokens",
      paramLabel = "N",
      description = "Tokens of prompts and answers together at most.")
  private Optional<Long> tokens = Optional.empty();

  @Option(
      names = "--budget-time",
      paramLabel = "MINUTES",
      description = "Minutes of work at most, from start to end of each step.")
  private Optional<Double> minutes = Optional.empty();

  @Option(
      names = "--budget-money",
      paramLabel = "AMOUNT,CURRENCY",
      description = "Money at most, as 0.50,EUR, by the prices of prices.yaml.")
  private Optional<String> money = Optional.empty();

  /// What happens to a question where nobody is there.
  enum Unasked {
    DENY,
    WAIT
  }

  boolean waits() {
    return unasked == Unasked.WAIT;
  }

  /// The rules that the options are.
  List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    if (yes) {
      rules.add(new Rule(Verdict.ALLOW, "*", "*"));
    }
    yesTo.forEach(tool -> rules.add(new Rule(Verdict.ALLOW, tool.strip(), "*")));
    allowed.forEach(text -> rules.add(rule(Verdict.ALLOW, "--allow", text)));
    denied.forEach(text -> rules.add(rule(Verdict.DENY, "--deny", text)));
    return rules;
  }

  private static Rule rule(Verdict verdict, String option, String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new CliException(
          Exit.USAGE,
          "%s %s: expected a tool and a pattern, as bash:git status".formatted(option, text),
          "Tools are read, search, write, edit and bash; * is all.");
    }
    return new Rule(verdict, text.substring(0, colon), text.substring(colon + 1));
  }

  /// The budget that the options are, where they say nothing the one that was written down.
  Budget budget(JsonNode before) {
    Budget known = read(before.path("budget"));
    return new Budget(
        tokens.isPresent() ? OptionalLong.of(tokens.get()) : known.tokens(),
        money.map(AgentOptions::cost).or(known::money),
        minutes.map(AgentOptions::time).or(known::time),
        maxSteps.orElse(known.steps()));
  }

  private static Duration time(double minutes) {
    if (!(minutes > 0 && minutes < 1e6)) {
      throw new CliException("--budget-time: expected minutes above 0");
    }
    return Duration.ofMillis((long) (minutes * 60_000));
  }

  private static Cost cost(String text) {
    String[] parts = text.split(",", -1);
    try {
      double amount = Double.parseDouble(parts[0]);
      if (parts.length == 2 && amount > 0 && amount < 1e9 && parts[1].matches("[A-Z]{3}")) {
        return new Cost(Math.round(amount * 1e6), parts[1]);
      }
    } catch (NumberFormatException wrong) {
      // told below
    }
    throw new CliException(
        Exit.USAGE,
        "--budget-money %s: expected an amount and a currency, as 0.50,EUR".formatted(text),
        "");
  }

  /// Writes a budget down with a run.
  static void write(Budget budget, ObjectNode settings) {
    ObjectNode json = settings.putObject("budget");
    json.put("steps", budget.steps());
    budget.tokens().ifPresent(most -> json.put("tokens", most));
    budget.time().ifPresent(most -> json.put("millis", most.toMillis()));
    budget
        .money()
        .ifPresent(most -> json.put("micros", most.micros()).put("currency", most.currency()));
  }

  /// A budget as it was written down with a run.
  static Budget read(JsonNode json) {
    return new Budget(
        json.has("tokens") ? OptionalLong.of(json.path("tokens").asLong(0)) : OptionalLong.empty(),
        json.has("micros")
            ? Optional.of(
                new Cost(json.path("micros").asLong(0), json.path("currency").asString("")))
            : Optional.empty(),
        json.has("millis")
            ? Optional.of(Duration.ofMillis(json.path("millis").asLong(0)))
            : Optional.empty(),
        json.path("steps").asInt(Budget.DEFAULT.steps()));
  }
}
