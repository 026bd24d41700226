package dev.freehold.cli.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program of others that works with language models, and what it must be told to use a Freehold
/// server.
public sealed interface Client permits ClaudeCode, Codex, Goose, OpenCode, Pi {
  /// Context below which a coding agent has little room beside its own instructions and tools.
  int ENOUGH_CONTEXT = 32_768;

  /// What `launch` calls it; also the name of its program.
  String name();

  /// What its makers call it.
  String title();

  /// How to get it, as a command or an address.
  String install();

  /// Where its installer puts it when that is not on the path, from the home folder.
  List<String> places();

  /// What it is handed, in a few words.
  String gets();

  /// How it is started.
  ///
  /// @param home the user, whose folders some of its settings lie in
  Plan plan(Target target, Home home);

  /// What can be written into its own settings so that it finds the server without `launch`; empty
  /// where nothing should be, since it would then use nothing else.
  Optional<Edit> edit(Target target, Home home);

  /// All of them.
  static List<Client> all() {
    return List.of(new ClaudeCode(), new Codex(), new OpenCode(), new Goose(), new Pi());
  }

  /// Whose settings: the home folder, and an environment that may name others.
  record Home(Path folder, Map<String, String> environment) {
    public Home {
      environment = Map.copyOf(environment);
    }

    /// The folder that a variable names, or one below the home folder.
    Path folder(String variable, String otherwise) {
      String named = environment.getOrDefault(variable, "");
      return named.isBlank() ? folder.resolve(otherwise) : Path.of(named);
    }
  }
}
