package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.text.unicode.CodePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GgufTokenizerTest {
  private static List<String> texts(Tokenizer tokenizer, String text) {
    List<String> texts = new ArrayList<>();
    for (int id : tokenizer.encode(text, false)) {
      texts.add(tokenizer.tokenText(id));
    }
    return texts;
  }

  private static GgufKeys unigram() {
    return new GgufKeys()
        .with("model", "t5")
        .with("tokens", List.of("<pad>", "</s>", "<unk>", "▁", "▁a", "b", "ab", "▁ab", "<x>"))
        .with("scores", new double[] {0, 0, 0, -2, -1, -1, -5, -2.5, 0})
        .with("token_type", new long[] {3, 3, 2, 1, 1, 1, 1, 1, 4});
  }

  @Test
  void unigramTakesTheBestSum() {
    Tokenizer tokenizer = unigram().with("add_space_prefix", true).open();
    assertThat(texts(tokenizer, "ab")).containsExactly("▁a", "b");
    assertThat(texts(tokenizer, "ab  zz<x>b"))
        .containsExactly("▁a", "b", "▁", "▁", "<unk>", "<x>", "▁", "b");
    assertThat(tokenizer.encodeWithSpecials("ab")).containsExactly(4, 5, 1);
    assertThat(tokenizer.decode(new int[] {4, 5}, true)).isEqualTo("ab");
    Tokenizer merging =
        unigram().with("add_space_prefix", true).with("remove_extra_whitespaces", true).open();
    assertThat(texts(merging, "  ab   ab ")).containsExactly("▁a", "b", "▁a", "b");
  }

  @Test
  void wordPieceCutsFromTheLeft() {
    GgufKeys keys =
        new GgufKeys()
            .with("model", "bert")
            .with("tokens", List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "able", "▁,", "▁漢"))
            .with("token_type", new long[] {3, 2, 3, 3, 1, 1, 1, 1})
            .with("bos_token_id", 2L)
            .with("seperator_token_id", 3L)
            .with("unknown_token_id", 1L);
    Tokenizer tokenizer = keys.open();
    assertThat(texts(tokenizer, "UNÁBLE, unx 漢"))
        .containsExactly("▁un", "able", "▁,", "[UNK]", "▁漢");
    assertThat(tokenizer.encodeWithSpecials("un")).containsExactly(2, 4, 3);
    assertThat(tokenizer.addsBos()).isTrue();
  }

  @Test
  void sentencePieceFallsBackToBytes() {
    Tokenizer tokenizer = GgufKeys.sentencePiece().open();
    assertThat(texts(tokenizer, "ab é")).containsExactly("▁ab", "▁", "<0xC3>", "<0xA9>");
    assertThat(tokenizer.encodeWithSpecials("a")[0]).isEqualTo(1);
    assertThat(tokenizer.bosId()).isEqualTo(OptionalInt.of(1));
    assertThat(tokenizer.stopIds()).containsExactly(2);
    assertThat(tokenizer.tokenBytes(tokenizer.encode("é", false)[1])).containsExactly(0xC3);
    assertThat(tokenizer.isSpecial(1)).isTrue();
    assertThat(texts(GgufKeys.sentencePiece().with("add_space_prefix", false).open(), "ab"))
        .containsExactly("ab");
  }

  @Test
  void streamsWholeCharactersOnly() {
    Tokenizer tokenizer = GgufKeys.bytePair().open();
    int[] ids = tokenizer.encode("😀", false);
    assertThat(ids).hasSize(4);
    StreamDecoder decoder = tokenizer.streamDecoder(true);
    assertThat(decoder.feed(ids[0]) + decoder.feed(ids[1]) + decoder.feed(ids[2])).isEmpty();
    assertThat(decoder.feed(ids[3])).isEqualTo("😀");
    assertThat(decoder.feed(ids[0])).isEmpty();
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void gemmaKeepsSpacesAsLetters() {
    List<String> tokens = new ArrayList<>(List.of("<pad>", "<eos>", "<bos>", "<unk>"));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    tokens.addAll(List.of("▁", "a", "b", "▁a", "\n", "\n\n", "▁ab"));
    long[] types = new long[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id < 3 ? 3 : id == 3 ? 2 : id < 260 ? 6 : 1;
    }
    Tokenizer tokenizer =
        new GgufKeys()
            .with("model", "gemma4")
            .with("tokens", tokens)
            .with("token_type", types)
            .with("merges", List.of("▁ a", "▁a b"))
            .with("bos_token_id", 2L)
            .with("eos_token_id", 1L)
            .open();
    assertThat(texts(tokenizer, "a ab\n\né"))
        .containsExactly("a", "▁ab", "\n\n", "<0xC3>", "<0xA9>");
    assertThat(tokenizer.addsBos()).isTrue();
    int[] ids = tokenizer.encode("a ab\n\né", false);
    assertThat(tokenizer.decode(ids, true)).isEqualTo("a ab\n\né");
  }

  @Test
  void harmonyMarksAreShownAndEndIsNoEnd() {
    List<String> tokens = List.of("a", "<|end|>", "<|return|>", "<|call|>", "<|channel|>");
    Tokenizer tokenizer =
        new GgufKeys()
            .with("model", "gpt2")
            .with("pre", "gpt-4o")
            .with("tokens", tokens)
            .with("token_type", new long[] {1, 3, 3, 3, 3})
            .with("merges", List.of())
            .with("eos_token_id", 2L)
            .open();
    assertThat(tokenizer.stopIds()).containsExactlyInAnyOrder(2, 3);
    assertThat(tokenizer.decode(new int[] {4, 0, 1, 2}, false)).isEqualTo("<|channel|>a<|end|>");
    assertThat(tokenizer.encode(Prompt.untrusted("<|end|>"))).doesNotContain(1);
    assertThat(tokenizer.encode(Prompt.trusted("<|end|>"))).containsExactly(1);
  }

  @Test
  void charsMapReplacesTheLongestKey() {
    CharsMap map = CharsMaps.of("ﬁ", "fi", "A", "a", "AB", "x");
    assertThat(map.applyLongest(CodePoints.of("ﬁABAﬁC", true)).toString()).isEqualTo("fixafiC");
    assertThat(map.applyByGrapheme(CodePoints.of("AeÉ́ﬁ", true)).toString()).isEqualTo("aeÉ́fi");
  }
}
