package dev.freehold.cli;

import dev.freehold.mcp.McpServers;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.pin.ToolReview;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Starts a server to look at its tools, and has the person give leave to use them.
final class McpLeave {
  @Option(names = "--yes", description = "Give leave to use its tools as they are now.")
  private boolean yes;

  @Option(names = "--full", description = "Show all that new tools say, with their schemas.")
  private boolean full;

  /// @return [Exit#FAILURE] where the server cannot be used or offers nothing that may be used
  Exit check(Surroundings surroundings, ServerConfiguration server) {
    ToolReview review =
        new McpToolReview(
            surroundings.out(), yes ? prompt -> Optional.of("yes") : asking(surroundings), full);
    try (McpServers opened =
        McpServers.open(List.of(server), McpPlaces.parts(surroundings, review))) {
      List<String> names =
          opened.tools().stream().map(tool -> tool.definition().name()).sorted().toList();
      surroundings
          .out()
          .println(
              names.isEmpty()
                  ? "no tools of %s are used".formatted(server.name())
                  : "%d tools are used: %s".formatted(names.size(), String.join(", ", names)));
      return names.isEmpty() ? Exit.FAILURE : Exit.OK;
    }
  }

  private static java.util.function.Function<String, Optional<String>> asking(
      Surroundings surroundings) {
    return prompt -> {
      if (!AgentCommand.isPersonThere(surroundings)) {
        surroundings.err().println("nobody is there to be asked; --yes gives leave");
        return Optional.empty();
      }
      surroundings.err().print(prompt);
      surroundings.err().flush();
      try {
        return Optional.ofNullable(
            new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
                .readLine());
      } catch (IOException gone) {
        return Optional.empty();
      }
    };
  }
}
