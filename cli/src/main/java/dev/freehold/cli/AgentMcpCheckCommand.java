package dev.freehold.cli;

import dev.freehold.mcp.configuration.ServerConfiguration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `freehold agent mcp check`: starts servers and looks at their tools.
@Command(
    name = "check",
    description = {
      "Starts your servers, or the one that is named, and says which of their tools are used. Tools"
          + " that are new, or not what they were, are shown with the difference, and you are asked"
          + " whether to use them.",
      "Ends with an error where a server cannot be used or none of its tools is."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent mcp check",
      "  freehold agent mcp check files --full",
      "  freehold agent mcp check files --yes"
    })
final class AgentMcpCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "One of those that list shows.")
  private String name = "";

  @Mixin private McpLeave leave = new McpLeave();

  AgentMcpCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<ServerConfiguration> servers =
        McpPlaces.servers(surroundings).read().stream()
            .filter(server -> name.isEmpty() ? !server.isDisabled() : server.name().equals(name))
            .toList();
    if (servers.isEmpty()) {
      throw new CliException(
          name.isEmpty()
              ? "there is no server; add one with: freehold agent mcp add"
              : "there is no server \"%s\"; freehold agent mcp list shows them".formatted(name));
    }
    Exit worst = Exit.OK;
    for (ServerConfiguration server : servers) {
      Exit one = leave.check(surroundings, server);
      worst = one == Exit.OK ? worst : one;
    }
    return worst.code();
  }
}
