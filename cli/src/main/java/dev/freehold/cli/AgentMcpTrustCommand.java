package dev.freehold.cli;

import dev.freehold.mcp.configuration.ConsentFile;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.WorkspaceServers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold agent mcp trust`: consent to what a folder's `.mcp.json` asks for.
@Command(
    name = "trust",
    description = {
      "Shows the servers that the .mcp.json of a folder asks for. With --yes, agents in that folder"
          + " use them as long as the file keeps these very bytes.",
      "Its programs are confined whatever it says, it gets none of your secrets, and its tools are"
          + " shown and asked about as those of any server."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent mcp trust ~/project",
      "  freehold agent mcp trust ~/project --yes",
      "  freehold agent mcp trust ~/project --take-back"
    })
final class AgentMcpTrustCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description = "The folder with the file; the current one by default.")
  private Path folder = Path.of("");

  @Option(names = "--yes", description = "Consent to the file as it is now.")
  private boolean yes;

  @Option(names = "--take-back", description = "Take the consent back.")
  private boolean takeBack;

  AgentMcpTrustCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Path place = folder.toAbsolutePath().normalize();
    ConsentFile consents = McpPlaces.consents(surroundings);
    if (takeBack) {
      consents.takeBack(place);
      surroundings.out().println("taken back");
      return Exit.OK.code();
    }
    Optional<WorkspaceServers> asked = WorkspaceServers.of(place);
    if (asked.isEmpty()) {
      throw new CliException("%s: has no %s".formatted(place, WorkspaceServers.NAME));
    }
    for (ServerConfiguration server : asked.get().servers()) {
      surroundings
          .out()
          .println("%s: %s".formatted(server.name(), AgentMcpListCommand.reached(server)));
    }
    surroundings.out().println("sha256 " + asked.get().digest());
    if (yes) {
      consents.give(place, asked.get());
      surroundings.out().println("you consent to this file for " + place);
    } else {
      boolean has = consents.has(place, asked.get());
      surroundings
          .out()
          .println(has ? "you have consented to it" : "not obeyed; --yes consents to it");
    }
    return Exit.OK.code();
  }
}
