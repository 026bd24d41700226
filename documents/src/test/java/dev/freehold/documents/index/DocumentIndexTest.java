package dev.freehold.documents.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.ConceptEmbeddings;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.SmallCorpus;
import dev.freehold.documents.extract.Extractor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An index follows its folders, reads nothing outside of them, and stays whole.
class DocumentIndexTest {
  @TempDir private Path home;
  private Path documents = Path.of("");
  private DocumentIndex index = new DocumentIndex(Path.of(""), SmallCorpus.LATER);

  @BeforeEach
  void write() {
    documents = SmallCorpus.writePlain(home.resolve("documents"));
    index = new DocumentIndex(home.resolve("index"), SmallCorpus.LATER);
  }

  private List<FoundPassage> search(String question, Optional<Embedder> embedder) {
    try (OpenIndex open = index.open()) {
      return open.search(question, embedder, 5, new Cancellation());
    }
  }

  private List<String> paths(String question) {
    return search(question, Optional.empty()).stream().map(FoundPassage::path).toList();
  }

  private String problem(String path) {
    try (OpenIndex open = index.open()) {
      return open.files().stream()
          .filter(file -> file.path().equals(path))
          .map(FileRecord::problem)
          .findFirst()
          .orElse("is not known");
    }
  }

  private static DocumentsException.Reason reason(Runnable failing) {
    try {
      failing.run();
    } catch (DocumentsException failure) {
      return failure.reason();
    }
    throw new AssertionError("nothing failed");
  }

  @Test
  void onlyWhatHasChangedIsReadAgain() throws IOException {
    SmallCorpus.write(documents);
    assertThat(SmallCorpus.update(index, documents).read()).isEqualTo(5);
    UpdateReport same = SmallCorpus.update(index);
    assertThat(same.read()).isZero();
    assertThat(same.unchanged()).isEqualTo(6);
    Files.writeString(documents.resolve("printer.txt"), "The plotter is in the cellar.");
    Files.delete(documents.resolve("canteen.pdf"));
    Files.writeString(documents.resolve("new.txt"), "A bicycle shed was built.");
    byte[] touched = Files.readAllBytes(documents.resolve("network.html"));
    Files.write(documents.resolve("network.html"), touched);
    UpdateReport report = SmallCorpus.update(index);
    assertThat(report.read()).isEqualTo(2);
    assertThat(report.removed()).isEqualTo(1);
    assertThat(paths("toner")).isEmpty();
    assertThat(paths("canteen")).isEmpty();
    assertThat(paths("plotter cellar")).containsExactly("printer.txt");
    assertThat(paths("bicycles")).containsExactly("new.txt");
    assertThat(paths("outages")).containsExactly("network.html");
  }

  @Test
  void aFileThatChangedWithinItsTimeStampIsReadAgain() throws IOException {
    Path file = documents.resolve("printer.txt");
    DocumentIndex now = new DocumentIndex(index.folder(), () -> modified(file).plusMillis(5));
    SmallCorpus.update(now, documents);
    var time = Files.getLastModifiedTime(file);
    Files.writeString(file, Files.readString(file).replace("Gutenberg", "Maschinen"));
    Files.setLastModifiedTime(file, time);
    SmallCorpus.update(now);
    assertThat(paths("Maschinen")).containsExactly("printer.txt");
  }

  private static java.time.Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatIsOutsideIsNotRead() throws IOException {
    Path outside = Files.createDirectories(home.resolve("outside"));
    Files.writeString(outside.resolve("secret.txt"), "the launch code is swordfish");
    Files.createSymbolicLink(documents.resolve("out"), outside);
    Files.createSymbolicLink(documents.resolve("one.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(documents.resolve("loop"), documents);
    new ProcessBuilder("mkfifo", documents.resolve("pipe.txt").toString()).start().onExit().join();
    SmallCorpus.update(index, documents);
    assertThat(paths("launch code swordfish")).isEmpty();
    assertThat(problem("out")).isEqualTo("is a symbolic link");
    assertThat(problem("one.txt")).isEqualTo("is a symbolic link");
    assertThat(problem("pipe.txt")).isEqualTo("is no regular file");
  }

  @Test
  void whatIsTooLargeOrTooDeepIsLeftOut() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(documents.resolve("big.txt").toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    Path deep = documents;
    for (int i = 0; i < 40; i++) {
      deep = deep.resolve("d");
    }
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("deep.txt"), "abyss");
    SmallCorpus.update(index, documents);
    assertThat(problem("big.txt")).isEqualTo("is larger than 67,108,864 bytes");
    assertThat(problem("photo.png")).isEqualTo("is of no format that is read");
    assertThat(paths("abyss")).isEmpty();
    try (Extractor extractor = SmallCorpus.extractor()) {
      UpdateRequest request =
          new UpdateRequest(List.of(), extractor, Optional.empty(), new ScanLimits(5, 5, 5), false);
      assertThatThrownBy(() -> index.update(request, UpdateProgress.NONE, new Cancellation()))
          .hasMessageContaining("more than 5 files and folders");
    }
  }

  @Test
  void aFolderThatIsGoneKeepsItsDocumentsUntilItIsTakenOut() throws IOException {
    SmallCorpus.update(index, documents);
    Files.move(documents, home.resolve("moved"));
    UpdateReport report = SmallCorpus.update(index);
    assertThat(report.problems()).singleElement().asString().contains("cannot be read", "stays");
    assertThat(report.removed()).isZero();
    assertThat(paths("toner")).containsExactly("printer.txt");
    index.removeFolder(documents);
    assertThat(paths("toner")).isEmpty();
    assertThat(reason(() -> index.removeFolder(documents)))
        .isEqualTo(DocumentsException.Reason.NOT_FOUND);
  }

  @Test
  void foldersWithinEachOtherAreRefused() {
    SmallCorpus.update(index, documents);
    assertThatThrownBy(() -> SmallCorpus.update(index, documents.resolve("personal")))
        .hasMessageContaining("lie one within the other");
    assertThatThrownBy(() -> SmallCorpus.update(index, home))
        .hasMessageContaining("lie one within the other");
    assertThatThrownBy(() -> SmallCorpus.update(index, documents.resolve("printer.txt")))
        .hasMessageContaining("is no folder");
  }

  @Test
  void oneWritesAndOthersReadMeanwhile() throws Exception {
    SmallCorpus.update(index, documents);
    Files.writeString(documents.resolve("printer.txt"), "changed");
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    UpdateProgress held =
        new UpdateProgress() {
          @Override
          public void at(String path, long doneBytes) {
            writing.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try (Extractor extractor = SmallCorpus.extractor()) {
                index.update(
                    new UpdateRequest(
                        List.of(), extractor, Optional.empty(), ScanLimits.DEFAULT, false),
                    held,
                    new Cancellation());
              }
            });
    assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(reason(() -> SmallCorpus.update(index))).isEqualTo(DocumentsException.Reason.BUSY);
    assertThat(reason(index::remove)).isEqualTo(DocumentsException.Reason.BUSY);
    assertThat(paths("toner")).containsExactly("printer.txt");
    goOn.countDown();
    writer.join();
    assertThat(paths("toner")).isEmpty();
  }

  @Test
  void aCancelledUpdateIsFinishedByTheNext() {
    Cancellation stop = new Cancellation();
    UpdateReport report;
    try (Extractor extractor = SmallCorpus.extractor()) {
      report =
          index.update(
              new UpdateRequest(
                  List.of(documents), extractor, Optional.empty(), ScanLimits.DEFAULT, false),
              new UpdateProgress() {
                @Override
                public void at(String path, long doneBytes) {
                  if (path.equals("printer.txt")) {
                    stop.cancel();
                  }
                }
              },
              stop);
    }
    assertThat(report.isFinished()).isFalse();
    try (OpenIndex open = index.open()) {
      assertThat(open.state().isFinished()).isFalse();
    }
    UpdateReport next = SmallCorpus.update(index);
    assertThat(next.isFinished()).isTrue();
    assertThat(next.read() + report.read()).isGreaterThanOrEqualTo(3);
    assertThat(paths("toner")).containsExactly("printer.txt");
  }

  @Test
  void vectorsFindWhatOtherWordsMean() {
    Optional<Embedder> model = Optional.of(ConceptEmbeddings.embedder("concepts", "1"));
    SmallCorpus.update(index, model, false, documents);
    FoundPassage first = search("vacation", model).getFirst();
    assertThat(first.path()).isEqualTo("personal/leave.md");
    assertThat(first.relevance().coverage()).isZero();
    assertThat(first.relevance().similarity().getAsDouble()).isGreaterThan(0.9);
    assertThat(search("vacation", Optional.empty())).isEmpty();
  }

  @Test
  void vectorsOfAnotherModelAreRefusedUntilTheyAreMadeAnew() {
    Optional<Embedder> one = Optional.of(ConceptEmbeddings.embedder("one", "sha-1"));
    Optional<Embedder> two = Optional.of(ConceptEmbeddings.embedder("two", "sha-2"));
    SmallCorpus.update(index, documents);
    assertThatThrownBy(() -> search("leave", one)).hasMessageContaining("has no vectors");
    assertThat(SmallCorpus.update(index, one, false).read()).isEqualTo(3);
    assertThatThrownBy(() -> search("leave", two))
        .hasMessageContaining("one (sha-1)")
        .hasMessageContaining("not of two (sha-2)")
        .hasMessageContaining("update anew");
    assertThatThrownBy(() -> SmallCorpus.update(index, two, false))
        .hasMessageContaining("not of two");
    assertThatThrownBy(() -> SmallCorpus.update(index))
        .hasMessageContaining("no embedding model is given");
    SmallCorpus.update(index, two, true);
    assertThat(search("sick", two).getFirst().headings()).contains("Illness");
    Optional<Embedder> renamed = Optional.of(ConceptEmbeddings.embedder("other name", "sha-2"));
    assertThat(search("sick", renamed)).isNotEmpty();
  }

  @Test
  void aPassageThatDoesNotFitGetsTheVectorOfItsBeginning() {
    ConceptEmbeddings small = new ConceptEmbeddings(60);
    Optional<Embedder> model =
        Optional.of(new Embedder(small, "", new EmbeddingModel("small", "s", "", "")));
    SmallCorpus.update(index, model, false, documents);
    assertThat(small.asked()).isGreaterThan(10);
    assertThat(search("printer", model).getFirst().path()).isEqualTo("printer.txt");
  }

  @Test
  void copiesAreToldOnce() throws IOException {
    Files.copy(documents.resolve("printer.txt"), documents.resolve("a-copy.txt"));
    SmallCorpus.update(index, documents);
    assertThat(paths("toner")).hasSize(1);
    assertThat(paths("lamp")).hasSize(1);
  }

  @Test
  void damagedIndexesAreSaid() throws IOException {
    SmallCorpus.update(index, documents);
    try (var files = Files.list(index.folder())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("_") || name.startsWith("segments")) {
          Files.write(file, new byte[] {1, 2, 3, 4});
        }
      }
    }
    assertThat(reason(() -> index.open().close())).isEqualTo(DocumentsException.Reason.UNREADABLE);
    assertThat(reason(() -> SmallCorpus.update(index)))
        .isEqualTo(DocumentsException.Reason.UNREADABLE);
    index.remove();
    assertThat(index.exists()).isFalse();
    assertThat(reason(() -> index.open().close())).isEqualTo(DocumentsException.Reason.NOT_FOUND);
    SmallCorpus.update(index, documents);
    assertThat(paths("toner")).hasSize(1);
  }
}
