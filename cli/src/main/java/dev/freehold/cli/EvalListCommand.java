package dev.freehold.cli;

import dev.freehold.eval.EvalException;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.score.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `freehold eval list`: the runs that are kept.
@Command(
    name = "list",
    description = "Lists the runs that are kept, the oldest first, with the score of each model.",
    footerHeading = "%nExample:%n",
    footer = "  freehold eval list")
final class EvalListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private EvalFolder folder = new EvalFolder();

  EvalListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<Path> files = RunFile.in(folder.path(surroundings));
    if (files.isEmpty()) {
      surroundings.err().println("no runs in " + folder.path(surroundings));
    }
    for (Path file : files) {
      try {
        print(RunFile.read(file));
      } catch (EvalException unreadable) {
        surroundings
            .err()
            .println("note: " + Failure.printable(String.valueOf(unreadable.getMessage())));
      }
    }
    return Exit.OK.code();
  }

  private void print(RecordedRun run) {
    for (BackendFigures backend : RunFigures.of(run).backends()) {
      Share share = backend.all().share();
      surroundings
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%-32s  %-24s  %5.1f %%  (%.1f to %.1f %%, %d tasks)%s",
                  Failure.printable(run.header().id()),
                  Failure.printable(backend.backend().name()),
                  100 * share.value(),
                  100 * share.low(),
                  100 * share.high(),
                  (int) share.all(),
                  run.isWhole() ? "" : "  not finished"));
    }
  }
}
