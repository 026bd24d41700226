package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.extract.ExtractionLimits;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.JavaCommand;
import dev.freehold.documents.index.DocumentIndex;
import dev.freehold.documents.index.EmbeddingModel;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.ScanLimits;
import dev.freehold.documents.index.UpdateProgress;
import dev.freehold.documents.index.UpdateReport;
import dev.freehold.documents.index.UpdateRequest;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.Signals;

/// An update of an index with its progress on standard error; Ctrl-C ends it, and what was read
/// until then stays.
final class DocumentsUpdate implements UpdateProgress {
  private static final int MOST_PROBLEMS = 10;

  private final Surroundings surroundings;
  private Optional<ByteProgress> bar = Optional.empty();

  DocumentsUpdate(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// @param isAnew whether all is read again
  void run(DocumentIndex index, List<Path> folders, EmbeddingOption option, boolean isAnew) {
    Optional<EmbeddingModel> recorded = recorded(index);
    Optional<LocalEmbeddings> embeddings = LocalEmbeddings.open(surroundings, option, recorded);
    Cancellation stop = new Cancellation();
    Object before = Signals.register("INT", stop::cancel);
    UpdateReport report;
    try (Extractor extractor =
        new Extractor(JavaCommand.ofThisProcess(), ExtractionLimits.DEFAULT)) {
      UpdateRequest request =
          new UpdateRequest(
              folders,
              extractor,
              embeddings.map(LocalEmbeddings::embedder),
              ScanLimits.DEFAULT,
              isAnew);
      report = index.update(request, this, stop);
    } finally {
      bar.ifPresent(ByteProgress::end);
      Signals.unregister("INT", before);
      embeddings.ifPresent(LocalEmbeddings::close);
    }
    tell(report);
  }

  private static Optional<EmbeddingModel> recorded(DocumentIndex index) {
    if (!index.exists()) {
      return Optional.empty();
    }
    try (OpenIndex open = index.open()) {
      return open.state().embeddings();
    }
  }

  @Override
  public void begin(int files, long bytes) {
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Error);
    bar = Optional.of(new ByteProgress(surroundings.err(), isTerminal, System::nanoTime, bytes));
  }

  @Override
  public void at(String path, long doneBytes) {
    bar.ifPresent(shown -> shown.at(path, doneBytes));
  }

  private void tell(UpdateReport report) {
    PrintStream err = surroundings.err();
    report.problems().stream()
        .limit(MOST_PROBLEMS)
        .forEach(problem -> err.println("note: " + Failure.printable(problem)));
    if (report.leftOut() > 0 || report.problems().size() > MOST_PROBLEMS) {
      err.println(
          "note: \"freehold documents list NAME --files\" says of each file why it was left out");
    }
    if (!report.isFinished()) {
      throw new CliException(
          Exit.INTERRUPTED,
          "stopped; the %,d documents that were read stay in the index".formatted(report.read()),
          "\"freehold documents update\" goes on from there.");
    }
    surroundings
        .out()
        .printf(
            "%,d read, %,d unchanged, %,d removed, %,d left out; %,d passages%n",
            report.read(),
            report.unchanged(),
            report.removed(),
            report.leftOut(),
            report.passages());
  }
}
