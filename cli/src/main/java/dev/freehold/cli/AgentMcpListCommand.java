package dev.freehold.cli;

import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `freehold agent mcp list`: the servers that are configured.
@Command(
    name = "list",
    description =
        "Lists your servers, how they are reached, and how many of their tools you gave leave for."
            + " None is started. Values of variables and headers are not shown.",
    footerHeading = "%nExample:%n",
    footer = "  freehold agent mcp list --json")
final class AgentMcpListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  AgentMcpListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<ServerConfiguration> servers = McpPlaces.servers(surroundings).read();
    if (json) {
      print(servers);
      return Exit.OK.code();
    }
    if (servers.isEmpty()) {
      surroundings
          .err()
          .println("no servers; add one: freehold agent mcp add NAME -- PROGRAM ARGUMENTS");
    }
    String line = "%-24s  %5s  %s%n";
    surroundings.out().printf(line, "SERVER", "TOOLS", "REACHED");
    for (ServerConfiguration server : servers) {
      surroundings.out().printf(line, server.name(), pinned(server), reached(server));
    }
    return Exit.OK.code();
  }

  private int pinned(ServerConfiguration server) {
    return McpPlaces.pins(surroundings).of(server.name()).size();
  }

  /// How a server is reached, in one line.
  static String reached(ServerConfiguration server) {
    String way =
        switch (server.way()) {
          case Way.Program program ->
              String.join(" ", program.argv())
                  + (program.isConfined() ? "  (confined)" : "  (not confined)");
          case Way.Address address -> address.url().toString();
        };
    return Failure.printable(
        way
            + (server.trustsAnnotations() ? "  (read-only tools are believed)" : "")
            + (server.isDisabled() ? "  (disabled)" : ""));
  }

  private void print(List<ServerConfiguration> servers) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() ->
          printer.array(
              "servers",
              servers,
              server ->
                  printer.object(() -> {
                    printer.field("name", server.name());
                    printer.field("reached", reached(server));
                    printer.field("pinned", pinned(server));
                  })));
    }
  }
}
