package dev.freehold.cli;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.index.EmbeddingModel;
import dev.freehold.documents.index.FileRecord;
import dev.freehold.documents.index.OpenIndex;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What `documents list` prints; apart from the command, whose methods are looked at whenever a
/// help text is made, so that the index's classes are loaded only where they are needed.
final class DocumentsListing {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;
  private final boolean files;

  /// @param files whether the files are told too
  DocumentsListing(Surroundings surroundings, DocumentIndexes indexes, boolean files) {
    this.surroundings = surroundings;
    this.indexes = indexes;
    this.files = files;
  }

  /// @param name an index; all where none is named
  void print(Optional<String> name, boolean json) {
    List<String> names = name.map(List::of).orElseGet(indexes::names);
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> printer.array("indexes", names, one -> printJson(printer, one)));
      }
      return;
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
