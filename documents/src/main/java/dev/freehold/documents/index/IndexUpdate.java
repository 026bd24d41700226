package dev.freehold.documents.index;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import dev.freehold.documents.extract.Extraction;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.Format;
import dev.freehold.documents.extract.Passages;
import dev.freehold.documents.extract.Passages.Passage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;

/// One update of an index: what is new or has changed is read, what is gone goes. What was
/// committed stays whatever happens after it.
final class IndexUpdate {
  /// Files after which what was done is made safe.
  private static final int FILES_OF_COMMIT = 2_000;

  /// Characters of texts after which what was done is made safe.
  private static final long CHARACTERS_OF_COMMIT = 32L << 20;

  private static final int MOST_PROBLEMS = 100;

  private final IndexWriter writer;
  private final Map<String, FileRecord> known;
  private final Extractor extractor;
  private final Optional<Embedder> embedder;
  private final InstantSource clock;
  private final Cancellation cancellation;

  private final Set<String> present = new HashSet<>();
  private final List<String> problems = new ArrayList<>();
  private IndexState state;
  private int read;
  private int unchanged;
  private int removed;
  private int leftOut;
  private int filesSinceCommit;
  private long charactersSinceCommit;

  /// @param known what the index has, by its key
  IndexUpdate(
      IndexWriter writer,
      IndexState state,
      Map<String, FileRecord> known,
      Reading reading,
      InstantSource clock,
      Cancellation cancellation) {
    this.writer = writer;
    this.state = state;
    this.known = known;
    this.extractor = reading.extractor();
    this.embedder = reading.embedder();
    this.clock = clock;
    this.cancellation = cancellation;
  }

  /// Who makes passages and vectors of files.
  record Reading(Extractor extractor, Optional<Embedder> embedder) {}

  UpdateReport run(ScanLimits limits, UpdateProgress progress) throws IOException {
    boolean isFinished = true;
    try {
      List<Scanned> scanned = scan(limits);
      progress.begin(
          scanned.stream().mapToInt(s -> s.files().size()).sum(),
          scanned.stream().flatMap(s -> s.files().stream()).mapToLong(FoundFile::bytes).sum());
      long done = 0;
      for (Scanned folder : scanned) {
        for (FoundFile file : folder.files()) {
          requireGoingOn();
          progress.at(file.path(), done);
          take(folder, file);
          done += file.bytes();
          commitSometimes();
        }
      }
      removeGone();
      IndexFiles.dropDeleted(writer);
    } catch (CancellationException stopped) {
      isFinished = false;
    }
    commit(isFinished);
    return new UpdateReport(read, unchanged, removed, leftOut, passages(), problems, isFinished);
  }

  private long passages() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return new IndexSearcher(reader).count(new FieldExistsQuery(Entries.START));
    }
  }

  /// A folder's number, and what was found below it.
  private record Scanned(int number, Path folder, List<FoundFile> files) {}

  private List<Scanned> scan(ScanLimits limits) {
    List<Scanned> scanned = new ArrayList<>();
    state
        .folders()
        .forEach((number, folder) -> {
          requireGoingOn();
          FolderScan scan = new FolderScan(folder, limits);
          try {
            scan.run();
            scanned.add(new Scanned(number, folder, scan.found()));
            scan.unreadable().forEach(prefix -> keepBelow(FileRecord.key(number, prefix)));
          } catch (DocumentsException missing) {
            if (missing.reason() != Reason.NOT_FOUND) {
              throw missing;
            }
            problem(missing.getMessage() + "; what was read from it before stays");
            keepBelow(FileRecord.key(number, ""));
          }
        });
    return scanned;
  }

  /// What cannot be looked at now is not taken for gone.
  private void keepBelow(String prefix) {
    known.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(present::add);
  }

  private void requireGoingOn() {
    if (cancellation.isCancelled()) {
      throw new CancellationException();
    }
  }

  private void take(Scanned folder, FoundFile file) throws IOException {
    String key = FileRecord.key(folder.number(), file.path());
    FileRecord before = known.get(key);
    boolean isKept = present.contains(key);
    present.add(key);
    if (before != null && before.isUnchanged(file) || isKept) {
      unchanged++;
      leftOut += before != null && !before.problem().isEmpty() ? 1 : 0;
      return;
    }
    if (!file.problem().isEmpty()) {
      leaveOut(folder, file, "", file.problem());
      return;
    }
    byte[] bytes;
    long now = clock.millis();
    try {
      bytes = FolderScan.read(folder.folder(), file.path(), extractor.limits().maxBytes());
    } catch (IOException unreadable) {
      leaveOut(folder, file, "", "cannot be read: " + unreadable.getMessage());
      return;
    }
    String sha256 = sha256(bytes);
    if (before != null && before.sha256().equals(sha256)) {
      writer.updateDocument(new Term(Entries.FILE, key), Entries.of(before.lookedAt(file, now)));
      unchanged++;
      return;
    }
    read(folder, file, bytes, sha256, now);
  }

  private void read(Scanned folder, FoundFile file, byte[] bytes, String sha256, long now)
      throws IOException {
    Format format = Format.of(file.path()).orElseThrow();
    switch (extractor.extract(format, bytes, cancellation)) {
      case Extraction.Skipped skipped -> leaveOut(folder, file, sha256, skipped.why());
      case Extraction.Text text -> {
        List<Passage> passages = Passages.of(text);
        FileRecord record =
            new FileRecord(
                folder.number(),
                file.path(),
                file.bytes(),
                file.modifiedMillis(),
                now,
                sha256,
                passages.size(),
                "",
                text.notes());
        put(record, entries(record, passages, text.text()));
        read++;
        charactersSinceCommit += text.text().length();
        text.notes().forEach(note -> problem(file.path() + ": " + note));
      }
    }
  }

  private List<Document> entries(FileRecord record, List<Passage> passages, String text) {
    List<Document> entries = new ArrayList<>();
    for (Passage passage : passages) {
      requireGoingOn();
      entries.add(Entries.of(record, passage, text, vector(record, passage, text)));
    }
    return entries;
  }

  private float[] vector(FileRecord record, Passage passage, String text) {
    if (embedder.isEmpty()) {
      return new float[0];
    }
    List<String> lines = new ArrayList<>(passage.place().headings());
    lines.add(text.substring(passage.start(), passage.end()));
    float[] vector;
    try {
      vector = embedder.get().ofPassage(String.join("\n", lines), cancellation);
    } catch (ChatException failure) {
      requireGoingOn();
      throw failure;
    }
    if (state.dimension() == 0) {
      state = state.withDimension(vector.length);
    } else if (state.dimension() != vector.length) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: %s gave a vector of %d numbers, and of %d before"
              .formatted(
                  record.path(), embedder.get().model().name(), vector.length, state.dimension()));
    }
    return vector;
  }

  private void leaveOut(Scanned folder, FoundFile file, String sha256, String why)
      throws IOException {
    leftOut++;
    FileRecord record =
        new FileRecord(
            folder.number(),
            file.path(),
            file.bytes(),
            file.modifiedMillis(),
            clock.millis(),
            sha256,
            0,
            why,
            List.of());
    if (file.problem().isEmpty()) {
      problem(file.path() + ": " + why);
    }
    put(record, List.of());
  }

  private void problem(String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(what);
    } else if (problems.size() == MOST_PROBLEMS) {
      problems.add("... and more");
    }
  }

  private void put(FileRecord record, List<Document> passages) throws IOException {
    String key = record.key();
    if (passages.isEmpty()) {
      writer.deleteDocuments(new Term(Entries.SOURCE, key));
    } else {
      writer.updateDocuments(new Term(Entries.SOURCE, key), passages);
    }
    writer.updateDocument(new Term(Entries.FILE, key), Entries.of(record));
    filesSinceCommit++;
  }

  private void removeGone() throws IOException {
    for (Map.Entry<String, FileRecord> entry : known.entrySet()) {
      if (!present.contains(entry.getKey())) {
        writer.deleteDocuments(
            new Term(Entries.SOURCE, entry.getKey()), new Term(Entries.FILE, entry.getKey()));
        removed += entry.getValue().problem().isEmpty() ? 1 : 0;
      }
    }
  }

  private void commitSometimes() throws IOException {
    if (filesSinceCommit >= FILES_OF_COMMIT || charactersSinceCommit >= CHARACTERS_OF_COMMIT) {
      commit(false);
    }
  }

  private void commit(boolean isFinished) throws IOException {
    state = state.updated(isFinished, clock.instant());
    writer.setLiveCommitData(state.toMap().entrySet());
    writer.commit();
    filesSinceCommit = 0;
    charactersSinceCommit = 0;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
