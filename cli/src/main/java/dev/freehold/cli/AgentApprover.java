package dev.freehold.cli;

import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Question;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.RulesFile;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.VisibleText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Asks the person at the terminal, and shows exactly what would be done.
final class AgentApprover implements Approver {
  private static final int MANY_LINES = 20;
  private static final int MANY_CHARACTERS = 1_600;
  private static final int MAX_PATTERN = 200;

  private final PrintStream err;
  private final Path rules;
  private final Lines lines;

  /// Where answers come from.
  interface Lines {
    Optional<String> ask(String prompt);
  }

  /// @param rules the file in which rules are kept for good
  AgentApprover(PrintStream err, Path rules, Lines lines) {
    this.err = err;
    this.rules = rules;
    this.lines = lines;
  }

  @Override
  public Answer ask(Question question) {
    show(question);
    String pattern = pattern(question.effect().subject());
    Rule rule = new Rule(Verdict.ALLOW, question.tool(), pattern);
    boolean isCommand = question.effect().subject().kind() == Effect.Subject.Kind.COMMAND;
    String prompt =
        "allow? [y]es, [a]lways in this run or [A]lways at all \"%s\", %s[n]o, or say why not: "
            .formatted(
                VisibleText.line(pattern, MAX_PATTERN), isCommand ? "[e COMMAND] instead, " : "");
    while (true) {
      Optional<String> line = lines.ask(prompt);
      if (line.isEmpty()) {
        return new Answer.Later();
      }
      String said = line.get().strip();
      switch (said) {
        case "" -> {
          continue;
        }
        case "y", "Y", "yes" -> {
          return new Answer.Once();
        }
        case "a" -> {
          return new Answer.Always(rule);
        }
        case "A" -> {
          RulesFile.add(rules, rule);
          err.println("kept in " + rules);
          return new Answer.Always(rule);
        }
        case "n", "N", "no" -> {
          return new Answer.Denied("");
        }
        default -> {
          if (isCommand && said.startsWith("e ")) {
            ObjectNode other = question.payload().path("arguments").deepCopy().asObject();
            return new Answer.Edited(other.put("command", said.substring(2).strip()));
          }
          return new Answer.Denied(said);
        }
      }
    }
  }

  private void show(Question question) {
    Effect effect = question.effect();
    String subject = VisibleText.of(effect.subject().text());
    switch (effect.subject().kind()) {
      case COMMAND -> {
        err.println(question.tool() + " wants to run, in the workspace:");
        subject.lines().forEach(line -> err.println("  $ " + line));
      }
      case PATH -> err.println("%s wants to change %s:".formatted(question.tool(), subject));
      case OTHER -> err.println("%s: %s".formatted(question.tool(), subject));
    }
    VisibleText.of(effect.preview()).lines().forEach(line -> err.println("  " + line));
    long lines = subject.lines().count() + effect.preview().lines().count();
    if (lines > MANY_LINES || subject.length() > MANY_CHARACTERS) {
      err.println("  (%,d lines: look at the first ones too)".formatted(lines));
    }
    switch (effect.reach()) {
      case NOTHING, WORKSPACE -> {}
      case OUTSIDE, OUTSIDE_WITH_KEY ->
          err.println("  (this has an effect outside of the workspace)");
      case WORKSPACE_AND_OUTSIDE ->
          err.println("  (what it does outside of the workspace, undo does not take back)");
    }
  }

  /// What "always" would allow: all paths, the first two words of a plain command, else the same.
  private static String pattern(Effect.Subject subject) {
    return switch (subject.kind()) {
      case PATH -> "**";
      case COMMAND -> {
        String line = subject.text();
        boolean isPlain = line.matches("[\\w ./:=@%+,-]+");
        String[] words = line.split(" +");
        yield isPlain && words.length > 2 ? words[0] + " " + words[1] : line;
      }
      case OTHER -> subject.text();
    };
  }
}
