package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The state of a sequence can be saved, restored, forked and cut, and continues with the same
/// bits.
class SequenceTest {
  private static final long SEED = 11;
  private static final int VOCABULARY = 512;

  private final int[] ids = new Random(SEED).ints(300, 0, VOCABULARY).toArray();
  private Model model = open("llama3-rope", KvDtype.F32);

  private static Model open(String name, KvDtype kvDtype) {
    return Model.open(GoldenTest.golden(name), GoldenTest.exact(Tier.VECTOR).withKvDtype(kvDtype));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private void use(String name, KvDtype kvDtype) {
    model.close();
    model = open(name, kvDtype);
  }

  private float[] logits(Sequence sequence, int from, int count) {
    Rows logits = Rows.allocate(1, VOCABULARY);
    model.forward(sequence, ids, from, count, LogitsOf.LAST, logits);
    return logits.data();
  }

  private float[] atOnce(int count) {
    try (Sequence sequence = model.newSequence(count)) {
      return logits(sequence, 0, count);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope F32", "qwen3.5 F16", "gemma3 BF16", "qwen2 F16"})
  void aSavedSequenceContinuesWithTheSameBits(String which) {
    use(which.split(" ")[0], KvDtype.valueOf(which.split(" ")[1]));
    byte[] saved;
    try (Sequence sequence = model.newSequence(300)) {
      logits(sequence, 0, 270);
      saved = sequence.save();
    }
    try (Sequence restored = model.restoreSequence(saved, 300)) {
      assertThat(restored.length()).isEqualTo(270);
      assertThat(logits(restored, 270, 30)).isEqualTo(atOnce(300));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "qwen3.5"})
  void aForkAndItsOriginContinueAlikeAndApart(String name) {
    use(name, KvDtype.F16);
    try (Sequence sequence = model.newSequence(300)) {
      logits(sequence, 0, 40);
      try (Sequence fork = sequence.fork()) {
        logits(sequence, 100, 7);
        assertThat(logits(fork, 40, 10)).isEqualTo(atOnce(50));
        assertThat(sequence.length()).isEqualTo(47);
      }
    }
  }

  @Test
  void keysAndValuesCanBeCut() {
    try (Sequence sequence = model.newSequence(300)) {
      logits(sequence, 0, 280);
      sequence.truncate(20);
      assertThat(sequence.length()).isEqualTo(20);
      assertThat(logits(sequence, 20, 30)).isEqualTo(atOnce(50));
    }
  }

  @Test
  void recurrentStateCanOnlyBeCutToNothing() {
    use("qwen3.5", KvDtype.F16);
    try (Sequence sequence = model.newSequence(300)) {
      logits(sequence, 0, 20);
      assertThat(sequence.canTruncate()).isFalse();
      assertThatThrownBy(() -> sequence.truncate(10))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("20 positions")
          .hasMessageContaining("recurrent");
      sequence.truncate(0);
      assertThat(logits(sequence, 0, 30)).isEqualTo(atOnce(30));
    }
  }

  @Test
  void damagedOrForeignStatesAreRefused() {
    byte[] saved;
    try (Sequence sequence = model.newSequence(300)) {
      logits(sequence, 0, 20);
      saved = sequence.save();
    }
    assertRefused(Arrays.copyOf(saved, 10), "header of 56 bytes");
    assertRefused(Arrays.copyOf(saved, saved.length - 1), "offset 48");
    assertRefused(changed(saved, 0), "offset 0");
    assertRefused(changed(saved, 4), "offset 4");
    assertRefused(changed(saved, 8), "offset 8");
    assertRefused(changed(saved, 41), "offset 48");
    assertRefused(changed(saved, 43), "offset 40");
    assertRefused(changed(saved, 50), "offset 48");
    assertRefused(changed(saved, 57), "offset 44");
    assertThatThrownBy(() -> model.restoreSequence(saved, 19))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("20 positions exceed the context of 19");
    use("llama3-rope", KvDtype.F16);
    assertRefused(saved, "another model, cache type or arithmetic");
  }

  private static byte[] changed(byte[] saved, int at) {
    byte[] changed = saved.clone();
    changed[at] ^= (byte) 0x80;
    return changed;
  }

  private void assertRefused(byte[] saved, String message) {
    assertThatThrownBy(() -> model.restoreSequence(saved, 1 << 30))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("saved sequence")
        .hasMessageContaining(message);
  }

  @Test
  void aFullContextIsAnErrorWithBothNumbers() {
    try (Sequence sequence = model.newSequence(25)) {
      logits(sequence, 0, 20);
      assertThatThrownBy(() -> logits(sequence, 20, 6))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("20 positions are taken and 6 are needed")
          .hasMessageContaining("holds 25");
      assertThat(logits(sequence, 20, 5)).isEqualTo(atOnce(25));
    }
  }

  @Test
  void idsOutsideTheVocabularyChangeNothing() {
    int[] bad = {1, 2, VOCABULARY};
    Rows logits = Rows.allocate(1, VOCABULARY);
    try (Sequence sequence = model.newSequence(300)) {
      assertThatThrownBy(() -> model.forward(sequence, bad, 0, 3, LogitsOf.LAST, logits))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("token id 512 at index 2")
          .hasMessageContaining("0 to 511");
      assertThat(sequence.length()).isZero();
    }
  }

  @Test
  void longInputIsCutIntoStepsWithTheSameBits() {
    float[] expected = atOnce(300);
    Model whole = model;
    model =
        Model.open(
            GoldenTest.golden("llama3-rope"), GoldenTest.exact(Tier.VECTOR).withMaxStepTokens(64));
    assertThat(atOnce(300)).isEqualTo(expected);
    whole.close();
  }
}
