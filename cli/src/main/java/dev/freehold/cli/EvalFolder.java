package dev.freehold.cli;

import dev.freehold.eval.record.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where runs of `eval` are kept, and their names.
final class EvalFolder {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MOST_OF_NAME = 40;
  private static final int MOST_TRIES = 1000;

  @Option(
      names = "--results",
      paramLabel = "FOLDER",
      description =
          "Where runs are kept; XDG_DATA_HOME/freehold/evals or ~/.local/share/freehold/evals by"
              + " default.")
  private Optional<Path> folder = Optional.empty();

  Path path(Surroundings surroundings) {
    return folder.orElse(standard(surroundings));
  }

  /// Where they are kept by default.
  static Path standard(Surroundings surroundings) {
    String data = surroundings.environment().getOrDefault("XDG_DATA_HOME", "");
    Path shared =
        data.startsWith("/") ? Path.of(data) : surroundings.home().resolve(".local/share");
    return shared.resolve("freehold/evals");
  }

  /// A name for a run that begins now: time and tasks.
  String freshId(Surroundings surroundings, String tasks) {
    Path fileName = Path.of(tasks).getFileName();
    String name = fileName == null ? tasks : fileName.toString();
    String plain = name.replaceAll("\\.jsonl?$", "").replaceAll("[^A-Za-z0-9._-]+", "-");
    String shortened = plain.substring(0, Math.min(MOST_OF_NAME, plain.length()));
    String id = TIME.format(surroundings.clock().instant()) + "-" + shortened;
    for (int i = 1; i < MOST_TRIES; i++) {
      String tried = i == 1 ? id : id + "-" + i;
      if (!Files.exists(path(surroundings).resolve(tried + RunFile.SUFFIX))) {
        return tried;
      }
    }
    throw new CliException("%s: too many runs begin with it".formatted(id));
  }

  /// The file of a run: by its name, the beginning of it, its file, or `last`.
  Path find(Surroundings surroundings, String name) {
    if (name.endsWith(RunFile.SUFFIX)) {
      return Path.of(name);
    }
    Path where = path(surroundings);
    List<Path> runs = RunFile.in(where);
    if (name.equals("last") && !runs.isEmpty()) {
      return runs.getLast();
    }
    List<Path> exact = runs.stream().filter(run -> RunFile.id(run).equals(name)).toList();
    List<Path> fitting =
        exact.isEmpty()
            ? runs.stream().filter(run -> RunFile.id(run).startsWith(name)).toList()
            : exact;
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    throw new CliException(
        Exit.FAILURE,
        fitting.isEmpty()
            ? "%s: no such run in %s".formatted(name, where)
            : "%s: %d runs begin with it".formatted(name, fitting.size()),
        "\"freehold eval list\" shows the runs.");
  }
}
