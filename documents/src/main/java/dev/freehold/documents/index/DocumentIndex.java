package dev.freehold.documents.index;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.Lock;

/// An index in a folder of its own: one process at a time writes to it, any number read what was
/// committed last.
public final class DocumentIndex {
  private final Path folder;
  private final InstantSource clock;

  public DocumentIndex(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  public Path folder() {
    return folder;
  }

  public boolean exists() {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Directory directory = IndexFiles.open(folder)) {
      return DirectoryReader.indexExists(directory);
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  /// What was committed last, to be read and searched.
  public OpenIndex open() {
    if (!exists()) {
      throw new DocumentsException(Reason.NOT_FOUND, "%s: there is no index".formatted(folder));
    }
    try {
      return OpenIndex.open(folder);
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  /// Brings the index up to what its folders hold, and makes it where it is not there. Where it is
  /// cancelled it ends soon, and the next update goes on from there.
  public UpdateReport update(
      UpdateRequest request, UpdateProgress progress, Cancellation cancellation) {
    return writing((writer, state) -> {
      IndexState begun = withFolders(state, request);
      begun = withEmbeddings(begun, state, request);
      boolean isAnew = request.isAnew() || !begun.embeddings().equals(state.embeddings());
      if (isAnew) {
        writer.deleteAll();
        begun = begun.withDimension(0);
      }
      Map<String, FileRecord> known = isAnew ? Map.of() : known(writer);
      IndexUpdate update =
          new IndexUpdate(
              writer,
              begun,
              known,
              new IndexUpdate.Reading(request.extractor(), request.embedder()),
              clock,
              cancellation);
      return update.run(request.limits(), progress);
    });
  }

  private IndexState withEmbeddings(IndexState begun, IndexState state, UpdateRequest request) {
    Optional<EmbeddingModel> wanted = request.embedder().map(Embedder::model);
    if (request.isAnew()) {
      return wanted.map(begun::withEmbeddings).orElseGet(begun::withoutEmbeddings);
    }
    if (wanted.isEmpty() && state.embeddings().isEmpty()) {
      return begun;
    }
    if (wanted.isEmpty()) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: its vectors are of %s, and no embedding model is given"
              .formatted(folder, state.embeddings().get().name()));
    }
    if (state.embeddings().isPresent()) {
      wanted.get().requireSame(state.embeddings().get(), folder);
      return begun;
    }
    return begun.withEmbeddings(wanted.get());
  }

  private IndexState withFolders(IndexState state, UpdateRequest request) throws IOException {
    SortedMap<Integer, Path> folders = new TreeMap<>(state.folders());
    for (Path wanted : request.folders()) {
      if (!Files.isDirectory(wanted)) {
        throw new DocumentsException(
            Reason.NOT_FOUND, "%s: is no folder; name one that holds documents".formatted(wanted));
      }
      Path real = wanted.toRealPath();
      if (folders.containsValue(real)) {
        continue;
      }
      for (Path there : folders.values()) {
        if (real.startsWith(there) || there.startsWith(real)) {
          throw new DocumentsException(
              Reason.REFUSED,
              "%s and %s lie one within the other; an index takes one of them"
                  .formatted(real, there));
        }
      }
      if (folder.toAbsolutePath().normalize().startsWith(real)) {
        throw new DocumentsException(
            Reason.REFUSED, "%s: holds the index itself, in %s".formatted(real, folder));
      }
      folders.put(folders.isEmpty() ? 1 : folders.lastKey() + 1, real);
    }
    if (folders.isEmpty()) {
      throw new DocumentsException(Reason.REFUSED, "no folder is named, and the index has none");
    }
    return state.withFolders(folders);
  }

  private static Map<String, FileRecord> known(IndexWriter writer) throws IOException {
    Map<String, FileRecord> known = new HashMap<>();
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      OpenIndex.forEachFile(reader, file -> known.put(file.key(), file));
    }
    return known;
  }

  /// Takes a folder and all that was read from it out of the index.
  public void removeFolder(Path removed) {
    writing((writer, state) -> {
      SortedMap<Integer, Path> folders = new TreeMap<>(state.folders());
      Path plain = removed.toAbsolutePath().normalize();
      Path real = Files.exists(plain) ? plain.toRealPath() : plain;
      int number =
          folders.entrySet().stream()
              .filter(entry -> entry.getValue().equals(real) || entry.getValue().equals(plain))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseThrow(() ->
                  new DocumentsException(
                      Reason.NOT_FOUND,
                      "%s: is none of the folders of %s: %s"
                          .formatted(removed, folder, folders.values())));
      folders.remove(number);
      String prefix = FileRecord.key(number, "");
      writer.deleteDocuments(
          new PrefixQuery(new Term(Entries.FILE, prefix)),
          new PrefixQuery(new Term(Entries.SOURCE, prefix)));
      IndexFiles.dropDeleted(writer);
      writer.setLiveCommitData(
          state
              .withFolders(folders)
              .updated(state.isFinished(), clock.instant())
              .toMap()
              .entrySet());
      writer.commit();
      return true;
    });
  }

  /// Deletes the index; the documents stay where they are.
  public void remove() {
    if (!exists()) {
      throw new DocumentsException(Reason.NOT_FOUND, "%s: there is no index".formatted(folder));
    }
    try (Directory directory = IndexFiles.open(folder);
        Lock _ = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME);
        DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
    try {
      Files.deleteIfExists(folder);
    } catch (IOException other) {
      throw new DocumentsException(
          Reason.REFUSED, "%s: holds other files, which stay".formatted(folder), other);
    }
  }

  /// What is done with the index open for writing; nothing of it stays where it fails, but what it
  /// committed itself.
  private interface Writing<T> {
    T run(IndexWriter writer, IndexState state) throws IOException;
  }

  private <T> T writing(Writing<T> work) {
    try {
      Files.createDirectories(folder);
      try (Directory directory = IndexFiles.open(folder)) {
        IndexWriter writer = IndexFiles.writer(directory, new Words());
        try {
          return work.run(writer, state(writer));
        } finally {
          writer.rollback();
        }
      }
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  private IndexState state(IndexWriter writer) {
    Iterable<Map.Entry<String, String>> committed = writer.getLiveCommitData();
    Map<String, String> map = new HashMap<>();
    if (committed != null) {
      committed.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    }
    return map.isEmpty() && writer.getDocStats().maxDoc == 0
        ? IndexState.empty()
        : IndexState.of(map, folder);
  }
}
