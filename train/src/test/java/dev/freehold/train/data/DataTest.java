package dev.freehold.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.StrictJson;
import dev.freehold.text.TextSplitter;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Batches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// From documents to batches: merges, the tokenizer's files, order and packing.
class DataTest {
  private static final List<String> MARKS = List.of("<|im_start|>", "<|im_end|>");
  private static final String[] WORDS = {"low", "lower", "newest", "widest", "12", "slow,"};

  @TempDir private Path folder = Path.of("");

  /// Texts such as "<|im_start|>low 12 newest<|im_end|>", of which the words are trained on.
  private static TextDocument document(long index) {
    StringBuilder text = new StringBuilder("<|im_start|>");
    for (int i = 0; i <= index % 9; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[(int) ((index * 7 + i * i) % WORDS.length)]);
    }
    text.append("<|im_end|>");
    return new TextDocument(text.toString(), List.of(new TextDocument.Span(12, text.length())));
  }

  /// The example of Sennrich et al. (2016), without their mark for the end of a word.
  @Test
  void mergesTheMostFrequentPairFirst() {
    TreeMap<String, Long> pieces = new TreeMap<>();
    pieces.put("low", 5L);
    pieces.put("lower", 2L);
    pieces.put("newest", 6L);
    pieces.put("widest", 3L);
    List<BytePairTrainer.Merge> merges = BytePairTrainer.train(pieces, 4);
    assertThat(merges)
        .containsExactly(
            new BytePairTrainer.Merge('e', 's'),
            new BytePairTrainer.Merge('s' - 's' + 256, 't'),
            new BytePairTrainer.Merge('l', 'o'),
            new BytePairTrainer.Merge(258, 'w'));
  }

  @Test
  void stopsWhereNoPairStandsTwice() {
    TreeMap<String, Long> pieces = new TreeMap<>();
    pieces.put("ab", 1L);
    assertThat(BytePairTrainer.train(pieces, 10)).isEmpty();
  }

  private Tokenizer tokenizer() {
    return TrainedTokenizer.train(DataTest::document, 50, 268, MARKS, "").write(folder);
  }

  @Test
  void theTokenizerIsReadAsItWasTrained() {
    Tokenizer tokenizer = tokenizer();
    assertThat(tokenizer.vocabularySize()).isEqualTo(268);
    assertThat(tokenizer.eosId()).hasValue(267);
    int[] ids = tokenizer.encode("<|im_start|>low 12 newest\u00e9<|im_end|>", true);
    assertThat(ids).startsWith(266).endsWith(267).hasSizeLessThan(20);
    assertThat(tokenizer.decode(ids, true)).isEqualTo("<|im_start|>low 12 newest\u00e9<|im_end|>");
    assertThat(tokenizer.encode("12", true)).containsExactly('1', '2');
    assertThat(TrainedTokenizer.train(DataTest::document, 50, 268, MARKS, "").digest())
        .isEqualTo(TrainedTokenizer.train(DataTest::document, 50, 268, MARKS, "").digest());
  }

  /// The cuts are those of a family that other programs know: its files then give the same tokens.
  @Test
  void theTokenizerCutsLikeAKnownFamily() {
    tokenizer();
    List<String> patterns = new ArrayList<>();
    JsonNode json = StrictJson.parse(folder.resolve("tokenizer.json"));
    for (JsonNode cut : json.path("pre_tokenizer").path("pretokenizers")) {
      if (cut.path("type").asString().equals("Split")) {
        patterns.add(cut.path("pattern").path("Regex").asString());
      }
    }
    assertThat(patterns).isEqualTo(TextSplitter.named("smollm").patterns());
    assertThat(TextSplitter.named("smollm").split("It's a  12 (x)"))
        .containsExactly("It", "'s", " a", "  ", "1", "2", " (", "x", ")");
  }

  @Test
  void aVocabularyThatTheTextsDoNotGiveIsRefused() {
    assertThatThrownBy(() -> TrainedTokenizer.train(DataTest::document, 2, 5000, MARKS, ""))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("5000", "merges", "smaller");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 17, 64, 1000})
  void anOrderHoldsEachThingOnce(long size) {
    Permutation order = new Permutation(7, size);
    Set<Long> seen = new HashSet<>();
    for (long i = 0; i < size; i++) {
      long thing = order.at(i);
      assertThat(thing).isBetween(0L, size - 1);
      assertThat(order.placeOf(thing)).isEqualTo(i);
      seen.add(thing);
    }
    assertThat(seen).hasSize((int) size);
  }

  private PackedSequences pack(Tokenizer tokenizer) {
    return new PackedSequences(
        DataTest::document,
        tokenizer,
        new PackedSequences.Plan(300, 40, 3, false, 267),
        new Recipe.Shape(2, 32, 2));
  }

  @Test
  void packsEveryDocumentWholeAndInOrder() {
    Tokenizer tokenizer = tokenizer();
    PackedSequences packed = pack(tokenizer);
    Permutation order = new Permutation(3, 300);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      expected.append(document(order.at(i)).text());
    }
    StringBuilder found = new StringBuilder();
    long counted = 0;
    int steps = (packed.sequences() + 3) / 4;
    for (int i = 0; i < packed.sequences(); i++) {
      Batch batch = packed.batch(1 + i / 4, i / 2 % 2);
      int from = i % 2 * 32;
      int[] row = Arrays.copyOfRange(batch.tokens(), from, from + 32);
      String text = tokenizer.decode(row, true);
      found.append(text.replaceAll("(<\\|im_end\\|>)+", "<|im_end|>"));
      for (int t = 0; t < 31; t++) {
        int target = batch.targets()[from + t];
        if (target >= 0) {
          assertThat(target).isEqualTo(row[t + 1]);
          counted++;
        }
      }
    }
    assertThat(steps).isPositive();
    assertThat(found.toString()).isEqualTo(expected.toString());
    assertThat(counted).isGreaterThan(1000);
  }

  @Test
  void theSameDocumentsGiveTheSameSequences() {
    Tokenizer tokenizer = tokenizer();
    assertThat(pack(tokenizer).digest()).isEqualTo(pack(tokenizer).digest());
    assertThat(pack(tokenizer).heldOutBatches()).isPositive();
  }

  @Test
  void aDocumentIsLeftOutAndEverythingElseStays() {
    Tokenizer tokenizer = tokenizer();
    PackedSequences packed = pack(tokenizer);
    SourceDocuments documents = new SourceDocuments(DataTest::document, tokenizer, 300);
    for (long left : new long[] {0, 17, 299}) {
      Batches without = packed.without(List.of(left), 267);
      List<Integer> tokens = new ArrayList<>();
      long first = 0;
      for (int i = 0; i < (packed.sequences() + 1) / 2; i++) {
        Batch all = packed.batch(1 + i / 2, i % 2);
        Batch rest = without.batch(1 + i / 2, i % 2);
        for (int t = 0; t < all.rows(); t++) {
          if (rest.tokens()[t] == all.tokens()[t] && rest.targets()[t] == all.targets()[t]) {
            continue;
          }
          assertThat(rest.tokens()[t]).isEqualTo(267);
          assertThat(rest.targets()[t]).isEqualTo(-1);
          tokens.add(all.tokens()[t]);
          first = first == 0 ? 1 + i / 2 : first;
        }
      }
      int[] expected = documents.tokens(left);
      int last = expected.length - 1; // a mark that is padding already, without a target
      assertThat(expected[last]).isEqualTo(267);
      assertThat(tokens).isEqualTo(Arrays.stream(expected).limit(last).boxed().toList());
      assertThat(packed.firstStep(List.of(left))).hasValue(first);
      assertThat(documents.numbers(documents.id(left))).contains(left);
    }
  }
}
