package dev.freehold.documents.index;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;

/// An index as one commit left it; whatever is written meanwhile does not show.
public final class OpenIndex implements AutoCloseable {
  private static final int LONGEST_QUESTION = 8_192;

  private final Path folder;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexState state;
  private final IndexSearcher searcher;
  private final Words words = new Words();

  private OpenIndex(Path folder, Directory directory, DirectoryReader reader, IndexState state) {
    this.folder = folder;
    this.directory = directory;
    this.reader = reader;
    this.state = state;
    this.searcher = new IndexSearcher(reader);
    searcher.setSimilarity(new SameSimilarity());
    searcher.setQueryCache(null);
  }

  static OpenIndex open(Path folder) throws IOException {
    Directory directory = IndexFiles.open(folder);
    try {
      DirectoryReader reader = DirectoryReader.open(directory);
      try {
        IndexCommit commit = reader.getIndexCommit();
        return new OpenIndex(
            folder, directory, reader, IndexState.of(commit.getUserData(), folder));
      } catch (IOException | RuntimeException failure) {
        reader.close();
        throw failure;
      }
    } catch (IOException | RuntimeException failure) {
      directory.close();
      throw failure;
    }
  }

  /// Whether nothing was written since this was opened.
  public boolean isCurrent() {
    try {
      return reader.isCurrent();
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  public IndexState state() {
    return state;
  }

  /// How many passages there are.
  public int passages() {
    try {
      return searcher.count(new FieldExistsQuery(Entries.START));
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  /// The files that were looked at, in order.
  public List<FileRecord> files() {
    List<FileRecord> files = new ArrayList<>();
    try {
      forEachFile(reader, files::add);
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
    files.sort(Comparator.comparing(FileRecord::key));
    return files;
  }

  static void forEachFile(DirectoryReader reader, Consumer<FileRecord> each) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(Entries.FILE);
      if (terms == null) {
        continue;
      }
      StoredFields stored = leaf.reader().storedFields();
      Bits live = leaf.reader().getLiveDocs();
      TermsEnum keys = terms.iterator();
      while (keys.next() != null) {
        PostingsEnum entries = keys.postings(null, PostingsEnum.NONE);
        while (entries.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          if (live == null || live.get(entries.docID())) {
            each.accept(Entries.file(stored.document(entries.docID())));
          }
        }
      }
    }
  }

  /// The passages that fit a question best, the best first: those with its words, and where the
  /// index has vectors those near to it, put together by reciprocal ranks. The same index and
  /// question give the same passages in the same order; equals are in order of document and place.
  ///
  /// @param embedder of the same model that made the index's vectors; without it words alone count
  /// @param most how many passages
  public List<FoundPassage> search(
      String question, Optional<Embedder> embedder, int most, Cancellation cancellation) {
    if (question.length() > LONGEST_QUESTION) {
      throw new DocumentsException(
          Reason.REFUSED,
          "the question has %,d characters; at most %,d are searched for"
              .formatted(question.length(), LONGEST_QUESTION));
    }
    Optional<EmbeddingModel> recorded = state.embeddings();
    if (embedder.isPresent() && recorded.isEmpty()) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: has no vectors; update it with an embedding model first".formatted(folder));
    }
    try {
      Question asked = Question.of(question, words, searcher);
      float[] vector = new float[0];
      if (embedder.isPresent() && state.dimension() > 0) {
        embedder.get().model().requireSame(recorded.get(), folder);
        vector = embedder.get().ofQuestion(question, cancellation);
        requireDimension(vector);
      }
      return found(asked, vector, most);
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }

  private void requireDimension(float[] vector) {
    if (vector.length != state.dimension()) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: its vectors have %d numbers, that of the question %d"
              .formatted(folder, state.dimension(), vector.length));
    }
  }

  private List<FoundPassage> found(Question asked, float[] vector, int most) throws IOException {
    VectorSearch near = new VectorSearch(searcher, vector);
    List<Ranking.Ranked> ranked = Ranking.fused(new WordSearch(searcher).best(asked), near.best());
    StoredFields stored = searcher.storedFields();
    List<FoundPassage> found = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (Ranking.Ranked one : ranked) {
      if (found.size() == most) {
        break;
      }
      StoredPassage passage = Entries.passage(stored.document(one.entry()));
      if (!told.add(passage.sha256() + " " + passage.start())) {
        continue; // a copy of a document that was told
      }
      OptionalDouble similarity = near.similarity(one.entry());
      double coverage = asked.coverage(passage);
      found.add(found(passage, new Relevance(one.score(), coverage, similarity)));
    }
    return found;
  }

  private FoundPassage found(StoredPassage passage, Relevance relevance) {
    return new FoundPassage(
        state.folders().getOrDefault(passage.folder(), Path.of("")),
        passage.path(),
        passage.sha256(),
        passage.headings(),
        passage.page(),
        passage.start(),
        passage.end(),
        passage.text(),
        relevance);
  }

  @Override
  public void close() {
    try (directory) {
      reader.close();
    } catch (IOException e) {
      throw IndexFiles.failure(folder, e);
    }
  }
}
