package dev.freehold.cli;

import dev.freehold.mcp.pin.ToolChange;
import dev.freehold.mcp.pin.ToolReview;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Shows the person what servers say of tools that are new or changed, and asks whether to use
/// them.
final class McpToolReview implements ToolReview {
  private final PrintStream shown;
  private final boolean isWhole;
  private final Function<String, Optional<String>> lines;

  /// @param lines answers to what is asked; empty where the person leaves
  /// @param isWhole whether all that tools say is shown, or a few lines of each
  McpToolReview(PrintStream shown, Function<String, Optional<String>> lines, boolean isWhole) {
    this.shown = shown;
    this.isWhole = isWhole;
    this.lines = lines;
  }

  @Override
  public Set<String> accepted(String server, List<ToolChange> changes) {
    Set<String> names = new TreeSet<>();
    for (ToolChange change : changes) {
      String name = change.now().name();
      names.add(name);
      shown.println(
          "%s %s %s"
              .formatted(
                  server,
                  name,
                  change.before().isEmpty() ? "(new)" : "HAS CHANGED since you gave leave:"));
      TerminalStreams.safe(isWhole ? change.shown() : change.summary())
          .lines()
          .forEach(line -> shown.println("    " + line));
    }
    if (!isWhole && changes.stream().anyMatch(change -> change.before().isEmpty())) {
      shown.println(
          "all that they say and their schemas: freehold agent mcp check %s --full"
              .formatted(server));
    }
    shown.flush();
    String prompt =
        "use %s of server %s? What they say goes to the model. [y]es or [n]o: "
            .formatted(
                names.size() == 1 ? "this tool" : "these " + names.size() + " tools", server);
    String answer = lines.apply(prompt).orElse("").strip();
    return answer.equals("y") || answer.equals("yes") ? names : Set.of();
  }
}
