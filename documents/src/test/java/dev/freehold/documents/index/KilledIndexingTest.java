package dev.freehold.documents.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.SmallCorpus;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed while it writes leaves the index as its last commit had it, and the
/// next update ends the work.
class KilledIndexingTest {
  private static final int FILES = 300;
  private static final int KILLS = 8;

  @TempDir private Path home;

  /// Updates an index over and over until it is killed; a line on standard output begins each.
  /// Documents are put in place whole: a half-written one would be the author's loss, not ours.
  public static final class Endless {
    private Endless() {}

    /// @param arguments the index, the documents
    public static void main(String... arguments) throws IOException {
      DocumentIndex index = new DocumentIndex(Path.of(arguments[0]), SmallCorpus.LATER);
      Path documents = Path.of(arguments[1]);
      Path draft = documents.resolveSibling("draft.txt");
      for (int round = 0; ; round++) {
        for (int i = 0; i < FILES; i += 3) {
          Files.writeString(draft, text(i, "round" + round));
          Files.move(draft, documents.resolve(i + ".txt"), StandardCopyOption.ATOMIC_MOVE);
        }
        System.out.println("round " + round);
        SmallCorpus.update(index, documents);
      }
    }
  }

  private static String text(int number, String word) {
    return "file number%d says %s%n%n".formatted(number, word) + "and more words. ".repeat(50);
  }

  @Test
  void whatWasCommittedStaysAndTheNextUpdateEndsTheWork() throws Exception {
    Path documents = Files.createDirectories(home.resolve("documents"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(documents.resolve(i + ".txt"), text(i, "first"));
    }
    DocumentIndex index = new DocumentIndex(home.resolve("index"), SmallCorpus.LATER);
    SmallCorpus.update(index, documents);
    Random random = new Random(11);
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(index.folder(), documents);
      assertThat(process.getInputStream().read()).as("the process began").isEqualTo('r');
      Thread.sleep(random.nextInt(400));
      process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
      requireWhole(index, documents, random);
    }
  }

  private static void requireWhole(DocumentIndex index, Path documents, Random random)
      throws IOException {
    try (OpenIndex open = index.open()) {
      assertThat(open.files()).hasSize(FILES);
      assertThat(open.passages()).isEqualTo(FILES);
    }
    UpdateReport report = SmallCorpus.update(index);
    assertThat(report.isFinished()).isTrue();
    assertThat(report.passages()).isEqualTo(FILES);
    try (OpenIndex open = index.open();
        Extractor _ = SmallCorpus.extractor()) {
      for (int i = 0; i < 10; i++) {
        int number = random.nextInt(FILES);
        FoundPassage found =
            open.search("number" + number, Optional.empty(), 1, new Cancellation()).getFirst();
        assertThat(found.path()).isEqualTo(number + ".txt");
        assertThat(Files.readString(documents.resolve(found.path())))
            .startsWith(found.text().substring(0, 20));
      }
    }
  }

  private static Process start(Path index, Path documents) throws IOException {
    JavaCommand java = JavaCommand.ofThisProcess();
    List<String> command = new ArrayList<>(java.words());
    List<String> classes = new ArrayList<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      classes.add(System.getProperty(property, ""));
    }
    classes.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    command.addAll(
        List.of(
            "-Xlog:disable",
            "-cp",
            String.join(File.pathSeparator, classes),
            Endless.class.getName(),
            index.toString(),
            documents.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
