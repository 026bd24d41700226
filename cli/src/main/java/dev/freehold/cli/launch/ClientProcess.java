package dev.freehold.cli.launch;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import dev.freehold.cli.Surroundings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jline.utils.Signals;

/// A client's program: found on the path, started on this terminal, and waited for.
///
/// Ctrl-C reaches the client, since the terminal sends it to both; here it does nothing. Requests
/// to end are passed on.
public final class ClientProcess {
  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY");

  private final Surroundings surroundings;
  private final Client client;

  public ClientProcess(Surroundings surroundings, Client client) {
    this.surroundings = surroundings;
    this.client = client;
  }

  /// The program, where it is installed.
  public Optional<Path> program() {
    List<Path> folders = new ArrayList<>();
    String path = surroundings.environment().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      try {
        if (Path.of(folder).isAbsolute()) {
          folders.add(Path.of(folder));
        }
      } catch (InvalidPathException none) {
        // a shell would find nothing there either
      }
    }
    client.places().forEach(place -> folders.add(surroundings.home().resolve(place)));
    return folders.stream()
        .map(folder -> folder.resolve(client.name()))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /// Starts the client and waits until it ends.
  ///
  /// @param arguments of the user, after those of the plan
  /// @return its exit code; 128 and the signal's number where a signal ended it
  public Exit run(Plan plan, Target target, List<String> arguments) {
    Path program =
        program()
            .orElseThrow(() ->
                new CliException(
                    Exit.FAILURE,
                    "%s is not installed: no %s on the path"
                        .formatted(client.title(), client.name()),
                    "Get it: " + client.install()));
    prepare(plan);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(plan.arguments());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(plan.environment(surroundings.environment()));
    withoutProxy(environment, target);
    surroundings.out().flush();
    surroundings.err().flush();
    return runToTheEnd(builder);
  }

  /// Writes the file of Freehold's own that the client is to read, where the plan has one.
  public static void prepare(Plan plan) {
    plan.file()
        .ifPresent(file -> {
          try {
            SettingsFile.write(file.path(), file.text());
          } catch (IOException failure) {
            throw new CliException(
                "%s: cannot be written: %s".formatted(file.path(), failure), failure);
          }
        });
  }

  /// A proxy of this machine's network cannot reach the server and has no business with it.
  private static void withoutProxy(Map<String, String> environment, Target target) {
    if (PROXIES.stream().noneMatch(environment::containsKey)) {
      return;
    }
    String host = String.valueOf(target.server().getHost());
    for (String name : List.of("NO_PROXY", "no_proxy")) {
      environment.merge(name, host, (users, ours) -> users + "," + ours);
    }
  }

  /// Signals are caught before the client is there, so that none is lost between the two.
  private static Exit runToTheEnd(ProcessBuilder builder) {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Runnable pass =
        () -> {
          CompletableFuture<Void> unused = started.thenAccept(Process::destroy);
        };
    Object interrupt = Signals.register("INT", () -> {});
    Object end = Signals.register("TERM", pass);
    Object hangUp = Signals.register("HUP", pass);
    try {
      Process process = builder.start();
      started.complete(process);
      return new Exit(process.waitFor() & 0xff);
    } catch (IOException failure) {
      throw new CliException(
          "%s cannot be started: %s".formatted(builder.command().getFirst(), failure), failure);
    } catch (InterruptedException stopped) {
      pass.run();
      return Exit.INTERRUPTED;
    } finally {
      Signals.unregister("INT", interrupt);
      Signals.unregister("TERM", end);
      Signals.unregister("HUP", hangUp);
    }
  }
}
