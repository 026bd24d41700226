package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The hash of all logits of a 200-token prompt and 50 greedy tokens is the same for every tier,
/// vector width, thread count, way of cutting the prompt, for a restored sequence, and for weights
/// in place or in a prepared file.
///
/// The default run covers every pair of levels of all factors, families and dtypes included; the
/// full table is tagged `long`. A width that the processor lacks is printed as not run.
class ExactnessTest {
  private static final int PROMPT = 200;
  private static final int GREEDY = 50;

  private static final List<String> FAMILIES =
      List.of("llama3-rope", "gemma3", "qwen3.5", "qwen2", "olmo3", "gpt-oss-truncate");

  /// A model with rows of whole blocks of 256.
  private static final String WIDE = "wide";

  private static final List<Dtype> WIDE_DTYPES =
      List.of(Dtype.Q8_0, Dtype.Q4_0, Dtype.Q4_K, Dtype.Q6_K, Dtype.Q5_K, Dtype.IQ4_XS);
  private static final String DIGEST = "0".repeat(64);

  private static final List<Dtype> DTYPES =
      List.of(Dtype.F32, Dtype.BF16, Dtype.F16, Dtype.Q8_0, Dtype.Q4_0, Dtype.Q5_1, Dtype.MXFP4);
  private static final List<KvDtype> CACHES = List.of(KvDtype.F16, KvDtype.F32, KvDtype.BF16);

  /// Lanes of 0 stand for the reference tier, those below for machine code: -1 for the best
  /// instructions, -2 for the next, and so on.
  private static final int[] LANES = {0, 128, 256, 512, -1, -2, -3};

  private static final int[] THREADS = {1, 2, 3};
  private static final int[] CHUNKS = {PROMPT, 1, 7, 64};

  /// One way to run: everything but family, dtype and cache must not show in the hash.
  private record Way(int lanes, int threads, int chunk, boolean restored, boolean prepared) {
    KernelOptions options() {
      Tier tier = lanes == 0 ? Tier.REFERENCE : lanes < 0 ? Tier.MACHINE : Tier.VECTOR;
      return new KernelOptions(
          tier, Math.max(0, lanes), threads, ActivationFormat.INT8, instructions());
    }

    InstructionSet instructions() {
      return InstructionSet.values()[Math.max(0, -1 - lanes)];
    }
  }

  private static final Way PLAIN = new Way(0, 1, PROMPT, false, false);

  private record Subject(String family, Dtype dtype, KvDtype cache) {}

  private final Map<Subject, String> expected = new HashMap<>();

  @TempDir private Path folder = Path.of("");

  private static TensorStore store(Subject subject) {
    TensorStore store =
        subject.family().equals(WIDE)
            ? WideModel.store()
            : ModelFiles.open(GoldenTest.golden(subject.family()));
    return new RequantizedStore(store, subject.dtype());
  }

  private Model open(Subject subject, Way way) {
    TensorStore store = store(subject);
    Config config =
        subject.family().equals(WIDE)
            ? Config.gguf(store)
            : Config.of(GoldenTest.golden(subject.family()), store);
    ModelOptions options = ModelOptions.of(way.options()).withKvDtype(subject.cache());
    return Model.open(
        config, store, options, way.prepared() ? prepared(subject) : Optional.empty());
  }

  private Optional<PreparedFile> prepared(Subject subject) {
    Path file = folder.resolve(subject.family() + subject.dtype());
    if (!Files.exists(file)) {
      try (Model model = open(subject, PLAIN)) {
        PreparedFile.write(file, DIGEST, model.kernels().matrices(), (bytes, total) -> {});
      }
    }
    return Optional.of(PreparedFile.open(file, DIGEST));
  }

  private String hash(Subject subject, Way way) {
    try (Model model = open(subject, way)) {
      int vocabulary = model.architecture().vocabSize();
      Rows logits = Rows.allocate(PROMPT, vocabulary);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int[] tokens = new int[PROMPT];
      for (int i = 0; i < PROMPT; i++) {
        tokens[i] = (i * 7919 + 13) % vocabulary;
      }
      Sequence sequence = model.newSequence(PROMPT + GREEDY);
      int last = 0;
      for (int from = 0; from < PROMPT; from += way.chunk()) {
        int count = Math.min(way.chunk(), PROMPT - from);
        model.forward(sequence, tokens, from, count, LogitsOf.ALL, logits);
        update(digest, logits, count, vocabulary);
        last = count - 1;
        if (way.restored() && from <= PROMPT / 2 && from + count > PROMPT / 2) {
          sequence = restore(model, sequence);
        }
      }
      int[] next = {best(logits, last, vocabulary)};
      for (int i = 0; i < GREEDY; i++) {
        if (way.restored() && i == GREEDY / 2) {
          sequence = restore(model, sequence);
        }
        model.forward(sequence, next, 0, 1, LogitsOf.LAST, logits);
        update(digest, logits, 1, vocabulary);
        next[0] = best(logits, 0, vocabulary);
      }
      sequence.close();
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Sequence restore(Model model, Sequence sequence) {
    byte[] saved = sequence.save();
    sequence.close();
    return model.restoreSequence(saved, PROMPT + GREEDY);
  }

  private static void update(MessageDigest digest, Rows logits, int count, int vocabulary) {
    ByteBuffer bytes = ByteBuffer.allocate(vocabulary * 4);
    for (int t = 0; t < count; t++) {
      bytes.clear().asFloatBuffer().put(logits.data(), logits.at(t), vocabulary);
      digest.update(bytes);
    }
  }

  private static int best(Rows logits, int t, int vocabulary) {
    int best = 0;
    for (int i = 1; i < vocabulary; i++) {
      if (logits.data()[logits.at(t) + i] > logits.data()[logits.at(t) + best]) {
        best = i;
      }
    }
    return best;
  }

  private void check(Subject subject, Way way) {
    if (way.lanes() > 0 && !Kernels.vectorWidths().contains(way.lanes())) {
      System.out.println("not run: " + subject + " " + way + ": the processor is narrower");
      return;
    }
    Optional<String> absent = Kernels.machineCode(way.instructions());
    if (way.lanes() < 0 && absent.isPresent()) {
      System.out.println("not run: " + subject + " " + way + ": " + absent.get());
      return;
    }
    String wanted = expected.computeIfAbsent(subject, s -> hash(s, PLAIN));
    assertThat(hash(subject, way)).as(subject + " " + way).isEqualTo(wanted);
  }

  /// The two levels of being restored, and of having a prepared file, come last.
  private void checkPairs(List<String> families, List<Dtype> dtypes) {
    List<int[]> rows =
        PairwiseCover.rows(
            families.size(),
            dtypes.size(),
            CACHES.size(),
            LANES.length,
            THREADS.length,
            CHUNKS.length,
            2,
            2);
    for (int[] row : rows) {
      check(
          new Subject(families.get(row[0]), dtypes.get(row[1]), CACHES.get(row[2])),
          new Way(LANES[row[3]], THREADS[row[4]], CHUNKS[row[5]], row[6] == 1, row[7] == 1));
    }
    System.out.println(
        "exactness: %d combinations cover every pair of levels of %s and %s"
            .formatted(rows.size(), families, dtypes));
  }

  @Test
  void everyPairOfLevelsGivesTheSameBits() {
    checkPairs(FAMILIES, DTYPES);
  }

  @Test
  void everyPairOfLevelsGivesTheSameBitsForWideRows() {
    checkPairs(List.of(WIDE), WIDE_DTYPES);
  }

  /// The dtypes that prepared files hold are held by this one, and multiplied from there.
  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"Q8_0", "Q4_0", "Q4_K", "Q6_K"})
  void preparedFilesAreUsed(Dtype dtype) {
    Subject subject = new Subject(WIDE, dtype, KvDtype.F16);
    Map<Integer, String> kernels = new HashMap<>();
    kernels.put(Kernels.vectorWidths().getLast(), "vector-int8-prepared");
    if (Kernels.machineCode().isEmpty()) {
      kernels.put(-1, "machine-int8-prepared");
    }
    kernels.forEach((lanes, kernel) -> {
      try (Model model = open(subject, new Way(lanes, 1, PROMPT, false, true))) {
        assertThat(model.kernels().choices())
            .isNotEmpty()
            .allMatch(choice -> choice.kernel().equals(kernel));
      }
    });
  }

  @Test
  @Tag("long")
  void everyCombinationGivesTheSameBits() {
    for (String family : FAMILIES) {
      everyCombination(family, DTYPES);
    }
    everyCombination(WIDE, WIDE_DTYPES);
  }

  private void everyCombination(String family, List<Dtype> dtypes) {
    for (Dtype dtype : dtypes) {
      Subject subject = new Subject(family, dtype, KvDtype.F16);
      for (int lanes : LANES) {
        for (int threads : THREADS) {
          for (int chunk : CHUNKS) {
            for (boolean restored : new boolean[] {false, true}) {
              check(subject, new Way(lanes, threads, chunk, restored, false));
              check(subject, new Way(lanes, threads, chunk, restored, true));
            }
          }
        }
      }
    }
  }
}
