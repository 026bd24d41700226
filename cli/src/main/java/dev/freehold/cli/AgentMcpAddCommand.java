package dev.freehold.cli;

import dev.freehold.mcp.configuration.ServersFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent mcp add`: one more server.
@Command(
    name = "add",
    description = {
      "Adds a server, starts it once, shows what it says of its tools and asks whether to use"
          + " them. The program and its arguments follow --.",
      "A program runs as you, with few of your variables, unless --sandbox confines it. Name"
          + " secrets as $${NAME} or $${file:/path}: then they are not written down."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent mcp add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes",
      "  freehold agent mcp add --env 'KEY=$${GITHUB_TOKEN}' github -- github-mcp-server stdio",
      "  freehold agent mcp add far --url https://example.org/mcp --header"
          + " 'Authorization=Bearer $${TOKEN}'"
    })
final class AgentMcpAddCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "NAME", description = "Stands before its tools' names.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PROGRAM",
      description = "The program and its arguments.")
  private List<String> program = List.of();

  @Option(names = "--url", paramLabel = "URL", description = "The address of a server instead.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable of the program; may be given again.")
  private Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of every request; may be given again.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--cwd",
      paramLabel = "FOLDER",
      description = "Where the program starts; a folder of its own by default.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--sandbox",
      description = "Confine the program: no network, and only --cwd to write.")
  private boolean sandbox;

  @Option(
      names = "--readable",
      paramLabel = "PATH",
      description = "What a confined program may read besides; may be given again.")
  private List<Path> readable = List.of();

  @Option(
      names = "--trust-annotations",
      description = "Believe the server where it says that a tool changes nothing: not asked then.")
  private boolean trusts;

  @Mixin private McpLeave leave = new McpLeave();

  AgentMcpAddCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (program.isEmpty() == url.isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "expected either a program or --url",
          "Try \"freehold agent mcp add --help\".");
    }
    ServersFile servers = McpPlaces.servers(surroundings);
    if (servers.read().stream().anyMatch(server -> server.name().equals(name))) {
      throw new CliException(
          "there is a server \"%s\" already; take it out first: freehold agent mcp remove %s"
              .formatted(name, name));
    }
    var added = servers.put(name, json());
    surroundings.out().println("added %s: %s".formatted(name, AgentMcpListCommand.reached(added)));
    surroundings.out().flush();
    return leave.check(surroundings, added).code();
  }

  private ObjectNode json() {
    ObjectNode server = JsonNodeFactory.instance.objectNode();
    if (url.isPresent()) {
      server.put("type", "http").put("url", url.get());
      put(server, "headers", headers);
    } else {
      server.put("command", program.getFirst());
      program.stream().skip(1).forEach(server.withArray("args")::add);
      put(server, "env", environment);
    }
    folder.ifPresent(path -> server.put("cwd", path.toAbsolutePath().normalize().toString()));
    if (sandbox) {
      server.put("sandbox", true);
    }
    for (Path path : readable) {
      server.withArray("readable").add(path.toAbsolutePath().normalize().toString());
    }
    if (trusts) {
      server.put("trustAnnotations", true);
    }
    return server;
  }

  private static void put(ObjectNode server, String member, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode all = server.putObject(member);
      values.forEach(all::put);
    }
  }
}
