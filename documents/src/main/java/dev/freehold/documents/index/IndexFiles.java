package dev.freehold.documents.index;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NIOFSDirectory;

/// The files of an index: opened, and their failures told.
final class IndexFiles {
  private static final int MEGABYTES_BEFORE_FLUSH = 64;

  private IndexFiles() {}

  /// Read by calls and not mapped: a file that is cut short meanwhile is an error, not the end of
  /// the process.
  static Directory open(Path folder) throws IOException {
    return new NIOFSDirectory(folder);
  }

  static IndexWriter writer(Directory directory, Words words) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(words.analyzer());
    config.setSimilarity(new SameSimilarity());
    config.setOpenMode(IndexWriterConfig.OpenMode.CREATE_OR_APPEND);
    config.setRAMBufferSizeMB(MEGABYTES_BEFORE_FLUSH);
    config.setCommitOnClose(false);
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setForceMergeDeletesPctAllowed(0);
    config.setMergePolicy(merges);
    return new IndexWriter(directory, config);
  }

  /// Takes deleted entries out of the files; else they would still count in how rare words are, and
  /// what is found would depend on how the index came about.
  static void dropDeleted(IndexWriter writer) throws IOException {
    writer.forceMergeDeletes();
    if (writer.hasDeletions()) { // in a segment that was being merged at that moment
      writer.forceMerge(1);
    }
  }

  /// What a failure of the index's files means.
  static DocumentsException failure(Path folder, IOException cause) {
    return switch (cause) {
      case LockObtainFailedException e ->
          new DocumentsException(
              Reason.BUSY,
              "%s: another process is writing to this index; wait until it is done"
                  .formatted(folder),
              e);
      case IndexNotFoundException e ->
          new DocumentsException(Reason.NOT_FOUND, "%s: there is no index".formatted(folder), e);
      case CorruptIndexException e -> unreadable(folder, e);
      case IndexFormatTooNewException e -> unreadable(folder, e);
      case IndexFormatTooOldException e -> unreadable(folder, e);
      case java.io.EOFException e -> unreadable(folder, e);
      case java.nio.file.NoSuchFileException e -> unreadable(folder, e);
      default ->
          new DocumentsException(
              Reason.DISK,
              "%s: reading or writing the index failed: %s".formatted(folder, cause),
              cause);
    };
  }

  private static DocumentsException unreadable(Path folder, IOException cause) {
    return new DocumentsException(
        Reason.UNREADABLE,
        "%s: the index is damaged or of another version (%s); remove it and add its folders again"
            .formatted(folder, cause.getMessage()),
        cause);
  }
}
