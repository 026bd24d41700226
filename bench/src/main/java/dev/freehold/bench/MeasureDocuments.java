package dev.freehold.bench;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.extract.ExtractionLimits;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.JavaCommand;
import dev.freehold.documents.index.DocumentIndex;
import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.EmbeddingModel;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.ScanLimits;
import dev.freehold.documents.index.UpdateProgress;
import dev.freehold.documents.index.UpdateReport;
import dev.freehold.documents.index.UpdateRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/// Measures an index over many small documents: `MeasureDocuments FOLDER [DOCUMENTS]`.
///
/// The vectors cost nothing here, so that the index is measured and not a model.
public final class MeasureDocuments {
  private static final int WORDS = 20_000;
  private static final int WORDS_OF_DOCUMENT = 250;
  private static final int DIMENSION = 384;
  private static final int QUESTIONS = 300;
  private static final double NANOS_OF_MILLI = 1e6;

  private final Random random = new Random(1);

  private MeasureDocuments() {}

  /// @param arguments an empty folder to work in, and how many documents
  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    new MeasureDocuments().run(folder, count);
  }

  private void run(Path folder, int count) throws IOException {
    Path documents = Files.createDirectories(folder.resolve("documents"));
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      String text = "# Document " + i + "\n\n" + words(WORDS_OF_DOCUMENT);
      Path below = Files.createDirectories(documents.resolve("" + i % 100));
      Files.writeString(below.resolve(i + ".md"), text);
      bytes += text.length();
    }
    System.out.printf("%,d documents, %.1f MB%n", count, bytes / 1e6);
    measure(new DocumentIndex(folder.resolve("words"), InstantSource.system()), documents, false);
    measure(new DocumentIndex(folder.resolve("vectors"), InstantSource.system()), documents, true);
  }

  private void measure(DocumentIndex index, Path documents, boolean hasVectors) throws IOException {
    System.out.println(hasVectors ? "words and vectors of " + DIMENSION + ":" : "words:");
    Optional<Embedder> embedder = hasVectors ? Optional.of(embedder()) : Optional.empty();
    update("all read", index, embedder, List.of(documents));
    update("nothing changed", index, embedder, List.of());
    try (Stream<Path> files = Files.list(documents.resolve("7"))) {
      for (Path file : files.toList()) {
        Files.writeString(file, words(WORDS_OF_DOCUMENT));
      }
    }
    update("1 of 100 changed", index, embedder, List.of());
    try (Stream<Path> files = Files.list(index.folder())) {
      System.out.printf(
          "  %.1f MB on disk%n", files.mapToLong(file -> file.toFile().length()).sum() / 1e6);
    }
    try (OpenIndex open = index.open()) {
      search(open, embedder, 0);
      search(open, embedder, 1);
    }
  }

  private static void update(
      String what, DocumentIndex index, Optional<Embedder> embedder, List<Path> folders) {
    long begun = System.nanoTime();
    long computed = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    UpdateReport report;
    try (Extractor extractor =
        new Extractor(JavaCommand.ofThisProcess(), ExtractionLimits.DEFAULT)) {
      report =
          index.update(
              new UpdateRequest(folders, extractor, embedder, ScanLimits.DEFAULT, false),
              UpdateProgress.NONE,
              new Cancellation());
    }
    System.out.printf(
        "  %s: %.2f s (of a processor %.2f s), %,d read, %,d passages%n",
        what,
        (System.nanoTime() - begun) / 1e9,
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - computed) / 1e9,
        report.read(),
        report.passages());
  }

  /// @param round the first one warms up
  private void search(OpenIndex index, Optional<Embedder> embedder, int round) {
    double[] millis = new double[QUESTIONS];
    long computed = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < QUESTIONS; i++) {
      String question = words(6);
      long begun = System.nanoTime();
      index.search(question, embedder, 6, new Cancellation());
      millis[i] = (System.nanoTime() - begun) / NANOS_OF_MILLI;
    }
    Arrays.sort(millis);
    computed = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - computed;
    if (round > 0) {
      System.out.printf(
          "  search: median %.2f ms, 99th percentile %.2f ms, of a processor %.2f ms%n",
          millis[QUESTIONS / 2],
          millis[QUESTIONS * 99 / 100],
          computed / NANOS_OF_MILLI / QUESTIONS);
    }
  }

  /// Words as frequent as in a language, a paragraph for every fifty.
  private String words(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      int word = (int) Math.pow(WORDS, random.nextDouble());
      text.append('w').append(Integer.toString(word, 36));
      text.append(i % 50 == 0 ? ".\n\n" : i % 12 == 0 ? ". " : " ");
    }
    return text.toString();
  }

  private static Embedder embedder() {
    return new Embedder(
        (request, cancellation) -> {
          float[] vector = new float[DIMENSION];
          Random random = new Random(request.input().hashCode());
          double norm = 0;
          for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
            norm += (double) vector[i] * vector[i];
          }
          for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= (float) Math.sqrt(norm);
          }
          return new dev.freehold.chat.Embedding(vector, 1);
        },
        "",
        new EmbeddingModel("random", "random", "", ""));
  }
}
