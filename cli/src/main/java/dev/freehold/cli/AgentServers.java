package dev.freehold.cli;

import dev.freehold.agent.tool.AgentTool;
import dev.freehold.mcp.McpException;
import dev.freehold.mcp.McpServers;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.WorkspaceServers;
import dev.freehold.mcp.pin.ToolReview;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The MCP servers of an agent's run: the person's, and the folder's where the person has
/// consented.
final class AgentServers implements AutoCloseable {
  private final Optional<McpServers> servers;
  private final Optional<AtExit> atExit;

  /// @param servers are ended, too, where the process is told to stop
  private AgentServers(Optional<McpServers> servers) {
    this.servers = servers;
    this.atExit = servers.map(started -> new AtExit(started::close));
  }

  /// Starts them; where there are none, nothing is loaded.
  ///
  /// @param folder that is worked on
  /// @param terminal of the person who is asked about tools, where one sits there
  static AgentServers open(
      Surroundings surroundings, Path folder, Optional<AgentTerminal> terminal) {
    return open(surroundings, Optional.of(folder), terminal, server -> true);
  }

  /// Starts the one that has a tool, if any has; nobody is asked about tools.
  ///
  /// @param tool as models call it
  static AgentServers openFor(Surroundings surroundings, Path folder, String tool) {
    return open(surroundings, Optional.of(folder), Optional.empty(), has(tool));
  }

  /// The same, of the person's own servers alone.
  static AgentServers openOwnFor(Surroundings surroundings, String tool) {
    return open(surroundings, Optional.empty(), Optional.empty(), has(tool));
  }

  private static Predicate<ServerConfiguration> has(String tool) {
    return server -> tool.startsWith(server.name() + "__");
  }

  private static AgentServers open(
      Surroundings surroundings,
      Optional<Path> folder,
      Optional<AgentTerminal> terminal,
      Predicate<ServerConfiguration> isWanted) {
    List<ServerConfiguration> wanted = new ArrayList<>();
    if (Files.exists(McpPlaces.serversPath(surroundings))) {
      wanted.addAll(McpPlaces.servers(surroundings).read());
    }
    if (folder.isPresent() && Files.exists(folder.get().resolve(WorkspaceServers.NAME))) {
      wanted.addAll(consented(surroundings, folder.get(), wanted));
    }
    wanted.removeIf(isWanted.negate());
    if (wanted.stream().allMatch(ServerConfiguration::isDisabled)) {
      return new AgentServers(Optional.empty());
    }
    ToolReview review =
        terminal
            .<ToolReview>map(
                person -> new McpToolReview(surroundings.err(), person::question, true))
            .orElse(ToolReview.NOBODY);
    return new AgentServers(
        Optional.of(McpServers.open(wanted, McpPlaces.parts(surroundings, review))));
  }

  private static List<ServerConfiguration> consented(
      Surroundings surroundings, Path folder, List<ServerConfiguration> own) {
    try {
      Optional<WorkspaceServers> asked = WorkspaceServers.of(folder);
      if (asked.isEmpty()) {
        return List.of();
      }
      if (!McpPlaces.consents(surroundings).has(folder, asked.get())) {
        surroundings
            .err()
            .println(
                "mcp: %s in this folder is not obeyed; look at it with: freehold agent mcp trust"
                    .formatted(WorkspaceServers.NAME));
        return List.of();
      }
      List<ServerConfiguration> added = new ArrayList<>();
      for (ServerConfiguration server : asked.get().servers()) {
        if (own.stream().anyMatch(mine -> mine.name().equals(server.name()))) {
          surroundings
              .err()
              .println(
                  "mcp: the folder's server \"%s\" is left out: you have one of that name"
                      .formatted(server.name()));
        } else {
          added.add(server);
        }
      }
      return added;
    } catch (McpException failure) {
      surroundings.err().println("mcp: " + Failure.printable("" + failure.getMessage()));
      return List.of();
    }
  }

  List<AgentTool> tools() {
    return servers.map(McpServers::tools).orElse(List.of());
  }

  /// Whether one of them ended by itself.
  boolean haveEnded() {
    return servers.filter(McpServers::haveEnded).isPresent();
  }

  @Override
  public void close() {
    atExit.ifPresent(AtExit::close);
    servers.ifPresent(McpServers::close);
  }
}
