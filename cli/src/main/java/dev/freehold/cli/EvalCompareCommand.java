package dev.freehold.cli;

import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.report.RunFigures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold eval compare`: what changed between runs.
@Command(
    name = "compare",
    description = {
      "Compares runs, task by task: of each model how much better each run is than the one before"
          + " it. Tasks that are not the same in both are left out, and counted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold eval compare 20261120-090000-samples last",
      "  freehold eval compare first.jsonl second.jsonl --to both.html"
    })
final class EvalCompareCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "2..*",
      paramLabel = "RUN",
      description = "Runs that list shows, the beginnings of their names, their files, or last.")
  private List<String> runs = List.of();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Write a page with a plot over time: FILE.html.")
  private Optional<Path> page = Optional.empty();

  @Mixin private EvalFolder folder = new EvalFolder();

  EvalCompareCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<RecordedRun> read = new ArrayList<>();
    for (String run : runs) {
      read.add(RunFile.read(folder.find(surroundings, run)));
    }
    EvalTable table = new EvalTable(surroundings.out());
    boolean found = false;
    for (int i = 1; i < read.size(); i++) {
      for (String[] pair : pairs(read.get(i), read.get(i - 1))) {
        table.print(RunFigures.compare(read.get(i), pair[0], read.get(i - 1), pair[1]));
        found = true;
      }
    }
    if (!found) {
      throw new CliException(
          "the runs have no model of the same name, and more than one each; nothing to compare");
    }
    page.ifPresent(target -> {
      EvalPage.write(target, read);
      surroundings.out().println(target);
    });
    return Exit.OK.code();
  }

  /// The models that both runs have; where each has one only, those.
  private static List<String[]> pairs(RecordedRun later, RecordedRun earlier) {
    List<String> before =
        earlier.header().backends().stream().map(RunHeader.Backend::name).toList();
    List<String> after = later.header().backends().stream().map(RunHeader.Backend::name).toList();
    if (before.size() == 1 && after.size() == 1) {
      return List.<String[]>of(new String[] {after.getFirst(), before.getFirst()});
    }
    return after.stream().filter(before::contains).map(name -> new String[] {name, name}).toList();
  }
}
