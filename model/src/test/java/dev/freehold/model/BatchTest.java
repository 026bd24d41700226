package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A sequence gets the same bits of logits alone and among others, however their parts are mixed.
class BatchTest {
  private static final long SEED = 5;
  private static final int SEQUENCES = 5;
  private static final int LENGTH = 40;
  private static final int STEP = 24;

  /// A text on its way through the model.
  private static final class Text {
    final int[] ids;
    final Sequence sequence;
    final float[][] logits;

    Text(Model model, Random random) {
      int vocabulary = model.architecture().vocabSize();
      this.ids = random.ints(1 + random.nextInt(LENGTH), 0, vocabulary).toArray();
      this.sequence = model.newSequence(LENGTH);
      this.logits = new float[ids.length][];
    }
  }

  private static Model open(Path path) {
    return Model.open(path, GoldenTest.exact(Tier.VECTOR).withMaxStepTokens(STEP));
  }

  /// Families with goldens here and, where the reference data are, all others.
  static Stream<Path> models() {
    Stream<Path> goldens =
        Stream.of("llama3-rope", "gemma3", "qwen3.5", "qwen2", "olmo3", "gpt-oss-truncate")
            .map(GoldenTest::golden);
    return Oracle.isThere()
        ? Stream.concat(
            goldens, Oracle.cases().stream().filter(c -> !c.isQuantized()).map(Oracle.Case::model))
        : goldens;
  }

  @ParameterizedTest
  @MethodSource("models")
  void theBitsDoNotDependOnTheOthersOfABatch(Path path) {
    Random random = new Random(SEED);
    try (Model model = open(path)) {
      List<Text> texts = new ArrayList<>();
      for (int i = 0; i < SEQUENCES; i++) {
        texts.add(new Text(model, random));
      }
      run(model, texts, random);
      for (Text text : texts) {
        float[][] alone = alone(model, text.ids);
        for (int t = 0; t < text.ids.length; t++) {
          assertThat(text.logits[t]).as(path + " token " + t).isEqualTo(alone[t]);
        }
      }
      texts.forEach(text -> text.sequence.close());
    }
  }

  private static void run(Model model, List<Text> texts, Random random) {
    int vocabulary = model.architecture().vocabSize();
    Batch batch = model.newBatch();
    Rows logits = Rows.allocate(STEP, vocabulary);
    while (texts.stream().anyMatch(text -> text.sequence.length() < text.ids.length)) {
      batch.clear();
      List<Text> chosen = new ArrayList<>();
      List<Integer> counts = new ArrayList<>();
      for (Text text : texts) {
        int left = Math.min(text.ids.length - text.sequence.length(), batch.room());
        if (left > 0 && random.nextInt(4) != 0) {
          int count = 1 + random.nextInt(Math.min(left, 9));
          batch.add(text.sequence, text.ids, text.sequence.length(), count, LogitsOf.ALL);
          chosen.add(text);
          counts.add(count);
        }
      }
      if (chosen.isEmpty()) {
        continue;
      }
      model.forward(batch, logits);
      int row = 0;
      for (int i = 0; i < chosen.size(); i++) {
        Text text = chosen.get(i);
        for (int t = counts.get(i); t > 0; t--) {
          int at = logits.at(row++);
          text.logits[text.sequence.length() - t] =
              Arrays.copyOfRange(logits.data(), at, at + vocabulary);
        }
      }
    }
  }

  private static float[][] alone(Model model, int[] ids) {
    int vocabulary = model.architecture().vocabSize();
    Rows logits = Rows.allocate(ids.length, vocabulary);
    try (Sequence sequence = model.newSequence(LENGTH)) {
      model.forward(sequence, ids, 0, ids.length, LogitsOf.ALL, logits);
    }
    float[][] rows = new float[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      rows[t] = Arrays.copyOfRange(logits.data(), logits.at(t), logits.at(t) + vocabulary);
    }
    return rows;
  }

  @Test
  void onlyTheTokensThatWereAskedForGetLogits() {
    try (Model model = open(GoldenTest.golden("llama3-rope"));
        Sequence first = model.newSequence(8);
        Sequence second = model.newSequence(8);
        Sequence third = model.newSequence(8)) {
      int[] ids = {1, 2, 3, 4, 5};
      Batch batch = model.newBatch();
      batch.add(first, ids, 0, 3, LogitsOf.NONE);
      batch.add(second, ids, 0, 4, LogitsOf.LAST);
      batch.add(third, ids, 1, 2, LogitsOf.ALL);
      assertThat(batch.logitRows()).isEqualTo(3);
      int vocabulary = model.architecture().vocabSize();
      Rows logits = Rows.allocate(3, vocabulary);
      model.forward(batch, logits);
      float[] last = Arrays.copyOf(logits.data(), vocabulary);
      assertThat(last).isEqualTo(alone(model, Arrays.copyOf(ids, 4))[3]);
      assertThat(Arrays.copyOfRange(logits.data(), 2 * vocabulary, 3 * vocabulary))
          .isEqualTo(alone(model, new int[] {2, 3})[1]);
      assertThat(first.length()).isEqualTo(3);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingChanges() {
    try (Model model = open(GoldenTest.golden("llama3-rope"));
        Sequence sequence = model.newSequence(STEP + 1);
        Sequence other = model.newSequence(STEP)) {
      int[] ids = new int[STEP + 1];
      Batch batch = model.newBatch();
      batch.add(sequence, ids, 0, 2, LogitsOf.LAST);
      assertThatThrownBy(() -> batch.add(sequence, ids, 0, 1, LogitsOf.LAST))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("only once");
      assertThatThrownBy(() -> batch.add(other, ids, 0, STEP - 1, LogitsOf.LAST))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no room for 23 tokens, only 22");
      assertThat(batch.parts()).isEqualTo(1);
      assertThat(sequence.length()).isZero();
    }
  }
}
