package dev.freehold.mcp.transport;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.Sandbox;
import dev.freehold.agent.sandbox.SandboxException;
import dev.freehold.mcp.McpException;
import dev.freehold.mcp.configuration.Secrets;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Starts programs with few variables, in a folder of their own unless another is named: programs
/// such as `npx` take what they run from the folder that they start in.
public final class ServerPrograms implements Programs {
  /// What programs need to find others and their files; none of it is secret.
  private static final List<String> HANDED_ON = List.of("PATH", "HOME", "USER", "LANG", "TMPDIR");

  private final Secrets secrets;
  private final Path state;
  private final Function<Reach, Sandbox> sandboxes;

  /// @param state where servers' folders and logs are made
  /// @param sandboxes finds out how commands can be confined; is asked where one has to be
  public ServerPrograms(Secrets secrets, Path state, Function<Reach, Sandbox> sandboxes) {
    this.secrets = secrets;
    this.state = state;
    this.sandboxes = sandboxes;
  }

  @Override
  public RunningProgram start(String server, Way.Program program) {
    Map<String, String> named =
        secrets.fill(program.environment(), "server \"" + server + "\": env");
    try {
      Path folder = folder(server, program.folder());
      if (program.isConfined()) {
        Sandbox sandbox = sandboxes.apply(new Reach(program.readable(), List.of()));
        if (sandbox.confinement() == Confinement.NONE) {
          throw new McpException(
              ("server \"%s\" is to be confined, and nothing here can confine it; it is not"
                      + " started. Install bubblewrap")
                  .formatted(server));
        }
        return new ConfinedProgram(sandbox, program.argv(), named, folder);
      }
      Map<String, String> environment = new TreeMap<>();
      for (String name : HANDED_ON) {
        secrets.variable(name).ifPresent(value -> environment.put(name, value));
      }
      environment.putAll(named);
      Path log = Files.createDirectories(state.resolve("logs")).resolve(server + ".log");
      return new PlainProgram(program.argv(), environment, folder, log);
    } catch (IOException | SandboxException failure) {
      throw new McpException(
          "server \"%s\" cannot be started as %s: %s"
              .formatted(server, program.argv().getFirst(), Reasons.of(failure).strip()),
          failure);
    }
  }

  private Path folder(String server, Optional<Path> named) throws IOException {
    return named.isPresent()
        ? named.get().toRealPath()
        : Files.createDirectories(state.resolve("servers").resolve(server)).toRealPath();
  }
}
