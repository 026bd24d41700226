package dev.freehold.train.data.corpus;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.source.SourceDocument;
import dev.freehold.train.data.source.SourceReader;
import dev.freehold.train.recipe.CorpusDescription;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The first pass over a corpus: each document is read, cleaned, held to the rules and signed.
///
/// One thread reads, all work; what comes out has the order of the sources whatever their number.
/// Of several documents that cannot be read the first one is named.
final class DocumentScan {
  private static final int BATCH = 256;
  private static final int BATCH_BYTES = 16 << 20;
  private static final int SAY_EVERY = 50_000;
  private static final byte[] NO_TEXT = new byte[0];
  private static final long[] NO_BANDS = new long[0];

  private final CorpusDescription description;
  private final Path from;
  private final WorkerPool pool;
  private final Consumer<String> progress;
  private final Cleaner cleaner;
  private final MinHash signatures;
  private final PersonalData personal;

  /// What became of a document.
  private sealed interface Outcome {}

  private record Read(DocumentTable.Entry entry, byte[] text) implements Outcome {}

  private record Failed(TrainException failure) implements Outcome {}

  /// @param from the folder that the sources are in
  DocumentScan(
      CorpusDescription description, Path from, WorkerPool pool, Consumer<String> progress) {
    this.description = description;
    this.from = from;
    this.pool = pool;
    this.progress = progress;
    this.cleaner = new Cleaner(description.cleaning());
    this.signatures = new MinHash(description.deduplication().seed());
    this.personal = new PersonalData(description.replacement());
  }

  /// Reads all sources.
  ///
  /// @param texts takes the texts of the documents that break no rule
  /// @throws TrainException where a source is missing, broken, or not the one that is described
  DocumentTable run(SpooledTexts texts) {
    DocumentTable table = new DocumentTable();
    List<CorpusDescription.Source> sources = description.sources();
    for (int i = 0; i < sources.size(); i++) {
      CorpusDescription.Source source = sources.get(i);
      Path file = from.resolve(source.path());
      try (SourceReader reader =
          new SourceReader(file, source.path(), source.format(), description.documentBytes())) {
        List<SourceDocument> batch = batch(reader);
        while (!batch.isEmpty()) {
          int before = table.count() / SAY_EVERY;
          add(batch, i, table, texts);
          if (table.count() / SAY_EVERY > before) {
            progress.accept("%s: %,d documents read".formatted(source.path(), table.count()));
          }
          batch = batch(reader);
        }
        String found = reader.digest();
        if (!found.equals(source.digest())) {
          throw new TrainException(
              "%s: the corpus names content with SHA-256 %s, found %s; fetch that file, or describe"
                      .formatted(source.path(), source.digest(), found)
                  + " this one");
        }
      }
      progress.accept("%s: read, %,d documents so far".formatted(source.path(), table.count()));
    }
    texts.flush();
    return table;
  }

  private static List<SourceDocument> batch(SourceReader reader) {
    List<SourceDocument> batch = new ArrayList<>();
    long bytes = 0;
    while (batch.size() < BATCH && bytes < BATCH_BYTES) {
      Optional<SourceDocument> next = reader.next();
      if (next.isEmpty()) {
        break;
      }
      bytes += next.get().bytes().length;
      batch.add(next.get());
    }
    return batch;
  }

  private void add(
      List<SourceDocument> batch, int source, DocumentTable table, SpooledTexts texts) {
    Outcome[] outcomes = new Outcome[batch.size()];
    pool.run((i, worker) -> outcomes[i] = outcome(batch.get(i), source), outcomes.length);
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Read read -> table.add(read.entry(), texts.add(read.text()), read.text().length);
        case Failed failed -> throw failed.failure();
      }
    }
  }

  private Outcome outcome(SourceDocument document, int source) {
    try {
      return read(document, source);
    } catch (TrainException e) {
      return new Failed(e);
    }
  }

  private Read read(SourceDocument document, int source) {
    String cleaned = cleaner.clean(document.text());
    MessageDigest digest = Sha256.begin();
    byte[] id = digest.digest(cleaned.getBytes(StandardCharsets.UTF_8));
    Quality quality = Quality.of(cleaned, description.rules());
    boolean kept = quality.broken() == 0;
    boolean signed = kept && description.deduplication().near();
    long[] bands = signed ? signatures.bands(quality.text()) : NO_BANDS;
    byte[] text =
        kept
            ? personal.replace(quality.text(), id, digest).getBytes(StandardCharsets.UTF_8)
            : NO_TEXT;
    int characters = cleaned.codePointCount(0, cleaned.length());
    DocumentTable.Entry entry =
        new DocumentTable.Entry(id, source, document.line(), characters, quality.broken(), bands);
    return new Read(entry, text);
  }
}
