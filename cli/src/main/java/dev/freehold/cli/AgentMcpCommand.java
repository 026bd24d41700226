package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold agent mcp`: servers whose tools agents have.
@Command(
    name = "mcp",
    subcommands = {
      AgentMcpListCommand.class,
      AgentMcpAddCommand.class,
      AgentMcpRemoveCommand.class,
      AgentMcpCheckCommand.class,
      AgentMcpTrustCommand.class
    },
    synopsisSubcommandLabel = "(list | add | remove | check | trust)",
    description = {
      "MCP servers give agents more tools: programs on this machine, or addresses. They stand in"
          + " mcp.json in the folder of your settings, in the form that other programs have too.",
      "What a server says of its tools goes to the model, so it is shown to you before the first"
          + " use, pinned, and asked about again when it changes. Calls have effects outside of the"
          + " workspace and are asked for; --yes does not cover them. docs/mcp.md says more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent mcp add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes",
      "  freehold agent mcp add far --url https://example.org/mcp --header"
          + " 'Authorization=Bearer $${TOKEN}'",
      "  freehold agent mcp list",
      "  freehold agent mcp check files"
    })
final class AgentMcpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE,
        "what to do is missing: list, add, remove, check or trust",
        "Try \"freehold agent mcp --help\".");
  }
}
