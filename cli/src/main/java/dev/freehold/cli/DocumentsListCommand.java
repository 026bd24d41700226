package dev.freehold.cli;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.index.EmbeddingModel;
import dev.freehold.documents.index.FileRecord;
import dev.freehold.documents.index.OpenIndex;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold documents list`: the indexes, and what is in one of them.
@Command(
    name = "list",
    description = {
      "Lists the indexes with their folders, or one of them; with --files every file that was"
          + " looked at, and why one was left out."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold documents list", "  freehold documents list handbook --files"})
final class DocumentsListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "An index; all by default.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--files", description = "Tell the files too.")
  private boolean files;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DocumentsListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    List<String> names = name.map(List::of).orElseGet(indexes::names);
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> printer.array("indexes", names, one -> printJson(printer, one)));
      }
      return Exit.OK.code();
    }
    if (names.isEmpty()) {
      surroundings.err().println("no indexes; \"freehold documents add NAME FOLDER\" makes one");
    }
    for (String one : names) {
      try (OpenIndex index = indexes.existing(one).open()) {
        print(one, index);
      } catch (DocumentsException unreadable) {
        if (name.isPresent()) {
          throw unreadable;
        }
        surroundings
            .err()
            .println("note: " + Failure.printable(String.valueOf(unreadable.getMessage())));
      }
    }
    return Exit.OK.code();
  }

  private void print(String one, OpenIndex index) {
    List<FileRecord> all = index.files();
    long read = all.stream().filter(file -> file.problem().isEmpty()).count();
    surroundings
        .out()
        .printf(
            "%s  %,d documents, %,d passages, %,d files left out, %s%s%n",
            one,
            read,
            index.passages(),
            all.size() - read,
            index.state().embeddings().map(m -> "vectors of " + m.name()).orElse("no vectors"),
            index.state().isFinished() ? "" : "  not finished: \"freehold documents update\"");
    index
        .state()
        .folders()
        .values()
        .forEach(folder -> surroundings.out().println("    " + printable(folder)));
    if (files) {
      for (FileRecord file : all) {
        surroundings
            .out()
            .printf(
                "    %-10s  %s%s%n",
                file.problem().isEmpty() ? file.passages() + " parts" : "left out",
                Failure.printable(file.path()),
                file.problem().isEmpty() ? notes(file) : ": " + Failure.printable(file.problem()));
      }
    }
  }

  private static String notes(FileRecord file) {
    return file.notes().isEmpty()
        ? ""
        : "  (" + Failure.printable(String.join("; ", file.notes())) + ")";
  }

  private static String printable(Path folder) {
    return Failure.printable(folder.toString());
  }

  private void printJson(JsonPrinter printer, String one) {
    try (OpenIndex index = indexes.existing(one).open()) {
      List<FileRecord> all = index.files();
      Collection<Path> folders = index.state().folders().values();
      printer.object(() -> {
        printer.field("name", one);
        printer.array("folders", folders, folder -> printer.value(folder.toString()));
        printer.field("documents", all.stream().filter(f -> f.problem().isEmpty()).count());
        printer.field("passages", index.passages());
        printer.field(
            "embeddings", index.state().embeddings().map(EmbeddingModel::name).orElse(""));
        printer.field("finished", index.state().isFinished());
        printer.field("updated", index.state().updated().toString());
        printer.array("files", files ? all : List.<FileRecord>of(), file -> print(printer, file));
      });
    }
  }

  private static void print(JsonPrinter printer, FileRecord file) {
    printer.object(() -> {
      printer.field("path", file.path());
      printer.field("bytes", file.bytes());
      printer.field("sha256", file.sha256());
      printer.field("passages", file.passages());
      printer.field("problem", file.problem());
      printer.array("notes", file.notes(), printer::value);
    });
  }
}
