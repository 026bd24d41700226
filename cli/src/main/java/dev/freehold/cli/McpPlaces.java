package dev.freehold.cli;

import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.mcp.McpServers;
import dev.freehold.mcp.configuration.ConsentFile;
import dev.freehold.mcp.configuration.Secrets;
import dev.freehold.mcp.configuration.ServersFile;
import dev.freehold.mcp.pin.PinFile;
import dev.freehold.mcp.pin.ToolReview;
import dev.freehold.mcp.transport.ServerPrograms;
import java.nio.file.Path;

/// Where the person's files about MCP servers lie: outside of every workspace.
final class McpPlaces {
  private McpPlaces() {}

  /// `mcp.json` beside the other settings.
  static Path serversPath(Surroundings surroundings) {
    return Configuration.folder(surroundings).resolve("mcp.json");
  }

  static ServersFile servers(Surroundings surroundings) {
    return new ServersFile(serversPath(surroundings), surroundings.home());
  }

  static PinFile pins(Surroundings surroundings) {
    return new PinFile(Configuration.folder(surroundings).resolve("mcp-pins.json"));
  }

  static ConsentFile consents(Surroundings surroundings) {
    return new ConsentFile(Configuration.folder(surroundings).resolve("mcp-consents.json"));
  }

  /// How servers are reached, and who is asked about their tools.
  static McpServers.Parts parts(Surroundings surroundings, ToolReview review) {
    Secrets secrets = new Secrets(surroundings.environment());
    return new McpServers.Parts(
        secrets,
        new ServerPrograms(
            secrets,
            LedgerPlaces.state(surroundings).resolve("mcp"),
            reach -> SandboxProbe.probe(reach).sandbox()),
        pins(surroundings),
        review,
        notice -> surroundings.err().println("mcp: " + Failure.printable(notice)));
  }
}
