package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `freehold agent mcp remove`: takes a server out.
@Command(
    name = "remove",
    description = "Takes a server out, and forgets what you gave leave for.",
    footerHeading = "%nExample:%n",
    footer = "  freehold agent mcp remove files")
final class AgentMcpRemoveCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "As list shows it.")
  private String name = "";

  AgentMcpRemoveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (!McpPlaces.servers(surroundings).remove(name)) {
      throw new CliException(
          "there is no server \"%s\"; freehold agent mcp list shows them".formatted(name));
    }
    McpPlaces.pins(surroundings).remove(name);
    surroundings.out().println("removed " + name);
    return Exit.OK.code();
  }
}
