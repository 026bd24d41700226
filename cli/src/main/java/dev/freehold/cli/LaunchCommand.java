package dev.freehold.cli;

import dev.freehold.cli.launch.Client;
import dev.freehold.cli.launch.ClientProcess;
import dev.freehold.cli.launch.Edit;
import dev.freehold.cli.launch.Plan;
import dev.freehold.cli.launch.ServerProbe;
import dev.freehold.cli.launch.SettingsFile;
import dev.freehold.cli.launch.ShellText;
import dev.freehold.cli.launch.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold launch`: starts a client of others so that it uses this server.
@Command(
    name = "launch",
    description = {
      "Starts a coding agent so that it uses a model of a Freehold server, by its environment and"
          + " its command line only: no file of its own is changed.",
      "Without CLIENT, lists the clients, which of them are installed, and what each is handed.",
      "The server's key, where it wants one, is taken from FREEHOLD_API_KEY or --key-file and never"
          + " printed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold launch",
      "  freehold launch claude",
      "  freehold launch codex --model qwen3:4b -- exec \"what does this project do?\"",
      "  freehold launch opencode --print"
    })
final class LaunchCommand implements Callable<Integer> {
  private static final int MAX_KEY_BYTES = 4096;

  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLIENT",
      description = "claude, codex, opencode, goose or pi.")
  private Optional<String> name = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGUMENTS",
      description = "For the client; after -- where they begin with a dash.")
  private List<String> arguments = List.of();

  @Option(
      names = "--url",
      paramLabel = "ADDRESS",
      description =
          "The server; http://127.0.0.1:9931 by default, with the port that FREEHOLD_PORT names.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A model of the server; by default the one that it answers with where none is named.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--key-file", paramLabel = "FILE", description = "A file with the server's key.")
  private Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--print",
      description = "Print what would be run, as lines for a shell; start nothing.")
  private boolean print;

  @Option(
      names = "--write",
      description =
          "Add the server to the client's own settings (codex, opencode, pi), keep the file as it"
              + " was beside them, say what changed; start nothing.")
  private boolean write;

  LaunchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (name.isEmpty()) {
      return list().code();
    }
    if (print && write) {
      throw usage("--print and --write exclude each other");
    }
    Client client = client(name.get());
    Target target = new ServerProbe(server(), key()).target(model);
    advise(client, target);
    Client.Home home = new Client.Home(surroundings.home(), surroundings.environment());
    if (write) {
      return write(client, client.edit(target, home)).code();
    }
    Plan plan = client.plan(target, home);
    if (print) {
      ClientProcess.prepare(plan);
      plan.shellLines(client.name(), arguments).forEach(surroundings.out()::println);
      return Exit.OK.code();
    }
    surroundings
        .err()
        .printf("%s with %s of %s%n", client.title(), target.model(), target.server());
    return new ClientProcess(surroundings, client).run(plan, target, arguments).code();
  }

  private Exit list() {
    for (Client client : Client.all()) {
      Optional<Path> program = new ClientProcess(surroundings, client).program();
      surroundings
          .out()
          .printf(
              "%-9s %s, %s%n          gets %s%n",
              client.name(),
              client.title(),
              program.map(Path::toString).orElse("not installed (" + client.install() + ")"),
              client.gets());
    }
    return Exit.OK;
  }

  private static Client client(String name) {
    return Client.all().stream()
        .filter(client -> client.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            usage(
                "\"%s\" is no client that launch knows; it knows %s"
                    .formatted(
                        name,
                        Client.all().stream()
                            .map(Client::name)
                            .collect(Collectors.joining(", ")))));
  }

  private Exit write(Client client, Optional<Edit> wanted) {
    Edit edit =
        wanted.orElseThrow(() ->
            new CliException(
                Exit.FAILURE,
                "%s needs no file; with one it would use nothing else".formatted(client.title()),
                "\"freehold launch %s\" starts it; --print shows how.".formatted(client.name())));
    SettingsFile.Outcome outcome = new SettingsFile(surroundings.clock()).apply(edit);
    surroundings
        .out()
        .println(outcome.file() + ": " + outcome.change().orElse("as it should be already"));
    outcome
        .backup()
        .ifPresent(backup -> surroundings.out().println("the file as it was: " + backup));
    surroundings.out().println("use it with: " + edit.use());
    return Exit.OK;
  }

  /// Warns of what will not go well, before the client hides it behind its own words.
  private void advise(Client client, Target target) {
    if (target.context() < Client.ENOUGH_CONTEXT) {
      surroundings
          .err()
          .printf(
              "warning: %s is served with %d tokens of context; %s needs more, as its own"
                  + " instructions and tools take thousands (freehold serve MODEL --context %d)%n",
              target.model(), target.context(), client.title(), Client.ENOUGH_CONTEXT);
    }
    if (target.key().isPresent() && "http".equals(target.server().getScheme()) && isFar(target)) {
      surroundings
          .err()
          .printf(
              "warning: the key and all that is said travel to %s unencrypted%n", target.server());
    }
  }

  private static boolean isFar(Target target) {
    try {
      return !InetAddress.getByName(target.server().getHost()).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return true;
    }
  }

  private URI server() {
    String port = surroundings.environment().getOrDefault("FREEHOLD_PORT", "9931");
    String text = url.orElse("http://127.0.0.1:" + port).strip();
    try {
      URI address = new URI(text.replaceFirst("(/v1)?/*$", ""));
      boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (isHttp
          && address.getHost() != null
          && address.getRawUserInfo() == null
          && String.valueOf(address.getRawPath()).isEmpty()
          && address.getRawQuery() == null
          && address.getRawFragment() == null) {
        return address;
      }
    } catch (URISyntaxException malformed) {
      // told below
    }
    throw usage("--url: expected an address such as http://127.0.0.1:9931, found " + text);
  }

  private Optional<Target.Key> key() {
    if (keyFile.isPresent()) {
      Path file = keyFile.get();
      try {
        if (Files.size(file) > MAX_KEY_BYTES) {
          throw new CliException(file + ": too long for a key");
        }
        return Optional.of(
            key(
                Files.readString(file),
                file.toString(),
                "$(cat " + ShellText.quoted(file.toString()) + ")"));
      } catch (IOException failure) {
        throw new CliException("%s: cannot be read: %s".formatted(file, failure), failure);
      }
    }
    String value = surroundings.environment().getOrDefault(Target.Key.VARIABLE, "");
    return value.isBlank()
        ? Optional.empty()
        : Optional.of(key(value, Target.Key.VARIABLE, "$" + Target.Key.VARIABLE));
  }

  /// A key that a header can carry; what it is shows in no message.
  private static Target.Key key(String text, String source, String shell) {
    String value = text.strip();
    if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new CliException(
          Exit.FAILURE,
          source + ": expected a key on one line",
          "\"freehold keys add NAME\" makes one.");
    }
    return new Target.Key(value, "\"" + shell + "\"");
  }

  private static CliException usage(String message) {
    return new CliException(Exit.USAGE, message, "Try \"freehold launch --help\".");
  }
}
