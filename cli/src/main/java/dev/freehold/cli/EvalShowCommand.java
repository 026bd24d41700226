package dev.freehold.cli;

import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.report.RunFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold eval show`: one run, as text or as a page.
@Command(
    name = "show",
    description = {
      "Prints the scores of a run, or writes them as a page with plots and all replies: one HTML"
          + " file without scripts that fetches nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold eval show last --wrong 3",
      "  freehold eval show 20261122-102213-samples --to report.html"
    })
final class EvalShowCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "RUN",
      description = "A run that list shows, the beginning of its name, its file, or last.")
  private String run = "";

  @Option(
      names = "--wrong",
      paramLabel = "N",
      description = "Print up to N replies of each group that are not right.")
  private int wrong;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--to", paramLabel = "FILE", description = "Write a page: FILE.html.")
  private Optional<Path> page = Optional.empty();

  @Mixin private EvalFolder folder = new EvalFolder();

  EvalShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RecordedRun read = RunFile.read(folder.find(surroundings, run));
    if (page.isPresent()) {
      EvalPage.write(page.get(), List.of(read));
      surroundings.out().println(page.get());
      return Exit.OK.code();
    }
    RunFigures figures = RunFigures.of(read);
    if (json) {
      new EvalJson(surroundings.out()).print(figures, List.of());
      return Exit.OK.code();
    }
    print(read);
    EvalTable table = new EvalTable(surroundings.out());
    table.print(figures);
    if (wrong > 0) {
      table.printWrong(read, wrong);
    }
    return Exit.OK.code();
  }

  private void print(RecordedRun read) {
    RunHeader header = read.header();
    StringBuilder text = new StringBuilder();
    text.append("run            ").append(header.id());
    text.append("\nbegan          ").append(header.started());
    text.append("\ntasks          ").append(header.tasks()).append(", ").append(header.items());
    text.append("\ntasks' sha256  ").append(header.digest());
    for (RunHeader.Backend backend : header.backends()) {
      text.append("\nmodel          ").append(backend.name()).append(": ").append(backend.detail());
    }
    header.judge().ifPresent(judge -> text.append("\njudge          ").append(judge.name()));
    text.append("\nat once        ").append(header.settings().concurrency());
    text.append("\nfinished       ").append(read.isWhole() ? "yes" : "no");
    text.toString().lines().forEach(line -> surroundings.out().println(Failure.printable(line)));
    surroundings.out().println();
  }
}
