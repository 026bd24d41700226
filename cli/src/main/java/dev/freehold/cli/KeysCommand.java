package dev.freehold.cli;

import dev.freehold.chat.Caller;
import dev.freehold.server.Access;
import dev.freehold.server.KeyRing;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold keys`: who may use the server.
@Command(
    name = "keys",
    subcommands = {KeysCommand.Add.class, KeysCommand.Show.class, KeysCommand.Revoke.class},
    synopsisSubcommandLabel = "(add | list | revoke)",
    description = {
      "Says who may use the server. As soon as there is a key, every request needs one. A server"
          + " that runs learns of a change within a second.",
      "Only digests are kept, in keys.json beside the settings; a key is shown once, when it is"
          + " made."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold keys add ann",
      "  freehold keys add nightly --priority batch --tokens-per-minute 20000",
      "  freehold keys list",
      "  freehold keys revoke ann"
    })
final class KeysCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE, "what to do is missing: add, list or revoke", "Try \"freehold keys --help\".");
  }

  /// The file of keys that is used where no other is named.
  static Path file(Surroundings surroundings) {
    return Configuration.folder(surroundings).resolve("keys.json");
  }

  /// Who may do what with a key.
  enum Role {
    /// Ask models.
    USE,
    /// Load, drop, fetch and delete them too.
    MANAGE
  }

  /// `freehold keys add`.
  @Command(name = "add", description = "Makes a key and prints it, once.")
  static final class Add implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "NAME", description = "Who holds it.")
    private String name = "";

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        description = "use, the default, or manage, which may load, drop and fetch models too.")
    private Role role = Role.USE;

    @Option(
        names = "--requests-per-minute",
        paramLabel = "N",
        description = "Requests at most; any number by default.")
    private int requests;

    @Option(
        names = "--tokens-per-minute",
        paramLabel = "N",
        description = "Tokens of prompts and answers at most; any number by default.")
    private int tokens;

    @Option(
        names = "--priority",
        paramLabel = "CLASS",
        description = "interactive, normal or batch; normal by default.")
    private Caller.Priority priority = Caller.Priority.NORMAL;

    @Option(names = "--file", paramLabel = "FILE", description = "Another file of keys.")
    private Optional<Path> file = Optional.empty();

    Add(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      if (requests < 0 || tokens < 0) {
        throw new CliException(
            Exit.USAGE, "a number a minute is below 0", "Leave it away for any number.");
      }
      Path path = file.orElseGet(() -> KeysCommand.file(surroundings));
      String secret = KeyRing.generate(new SecureRandom());
      KeyRing.Key key =
          new KeyRing.Key(
              name,
              role == Role.MANAGE ? Access.MANAGE : Access.USE,
              KeyRing.digest(secret),
              surroundings.clock().instant(),
              requests,
              tokens,
              priority);
      KeyRing.read(path).with(key).write(path);
      surroundings.out().println(secret);
      surroundings.err().println("This is the key of " + name + "; it is not shown again.");
      return Exit.OK.code();
    }
  }

  /// `freehold keys list`.
  @Command(name = "list", description = "Lists who has a key, and what it allows.")
  static final class Show implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--file", paramLabel = "FILE", description = "Another file of keys.")
    private Optional<Path> file = Optional.empty();

    Show(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      KeyRing ring = KeyRing.read(file.orElseGet(() -> KeysCommand.file(surroundings)));
      for (KeyRing.Key key : ring.keys()) {
        surroundings
            .out()
            .printf(
                Locale.ROOT,
                "%-24s %-7s %-12s %12s requests/min %12s tokens/min  since %s%n",
                key.name(),
                key.access().name().toLowerCase(Locale.ROOT),
                key.priority().name().toLowerCase(Locale.ROOT),
                number(key.requestsPerMinute()),
                number(key.tokensPerMinute()),
                key.created());
      }
      return Exit.OK.code();
    }

    private static String number(int limit) {
      return limit == 0 ? "any" : Integer.toString(limit);
    }
  }

  /// `freehold keys revoke`.
  @Command(name = "revoke", description = "Makes a key worthless.")
  static final class Revoke implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "NAME", description = "Who holds it.")
    private String name = "";

    @Option(names = "--file", paramLabel = "FILE", description = "Another file of keys.")
    private Optional<Path> file = Optional.empty();

    Revoke(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      Path path = file.orElseGet(() -> KeysCommand.file(surroundings));
      KeyRing.read(path).without(name).write(path);
      return Exit.OK.code();
    }
  }
}
