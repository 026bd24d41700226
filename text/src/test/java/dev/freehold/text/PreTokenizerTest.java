package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.text.Cuts.Behavior;
import dev.freehold.text.PreTokenizer.Prefix;
import dev.freehold.text.regex.Regex;
import dev.freehold.text.unicode.CodePoints;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizerTest {
  private static List<String> cut(PreTokenizer preTokenizer, String text) {
    Pieces pieces = preTokenizer.apply(Pieces.of(CodePoints.of(text, true), true));
    List<String> result = new ArrayList<>();
    for (int i = 0; i < pieces.count(); i++) {
      int length = pieces.end(i) - pieces.start(i);
      result.add(new String(pieces.points(), pieces.start(i), length));
    }
    return result;
  }

  private static List<String> cut(PreTokenizerFamily family, String text) {
    List<PreTokenizer> cuts = new ArrayList<>();
    for (String pattern : family.patterns()) {
      cuts.add(new PreTokenizer.Split(Regex.compile(pattern), Behavior.ISOLATED, false));
    }
    return cut(new PreTokenizer.Sequence(cuts), text);
  }

  @ParameterizedTest
  @EnumSource(PreTokenizerFamily.class)
  void everyFamilyKeepsEveryCharacter(PreTokenizerFamily family) {
    String text =
        "Hello  World's 12345 \u6F22\u5B57\u304B\u306A \uD55C\uAD6D e\u0301 \n\n a.b;c\t\r\n"
            + "<sentinel:3> IMGIMGABZ $5 \u0661\u0662 \u2026 'LL x_y \uD83D\uDE00 /* */ 1,000 ";
    assertThat(String.join("", cut(family, text))).isEqualTo(text);
  }

  /// Family, text, and the pieces with a bar between.
  static List<String> families() {
    return List.of(
        "gpt-2#I'm  12345 ok!#I|'m| | 12345| ok|!",
        "default#a$b 12345#a|$|b| |123|45",
        "llama-bpe#I'M 12345 ok!#I|'M| |123|45| ok|!",
        "qwen2#a 123\n b#a| |1|2|3|\n| b",
        "starcoder#a 123#a| |1|2|3",
        "deepseek-v3#1234\u6F22a!b#123|4|\u6F22|a|!b",
        "gpt-4o#HelloWORLD's x/\n#Hello|WORLD's| x|/\n",
        "tekken#HelloWORLD's 12#Hello|WORLD|'s| |1|2",
        "kimi-k2#ab\u6F22\u5B57cd 1234#ab|\u6F22\u5B57|cd| |123|4",
        "tiny_aya#1234567 a#1|234|567| a",
        "afmoe#1234567a#1|234|567|a",
        "superbpe#ab1234567#ab|1|234|567",
        "falcon#a `b 1234#a| |`|b| |123|4",
        "bloom#a b.c#a| b|.|c",
        "qwen35#\u0915\u0947 x#\u0915\u0947| x",
        "gemma4#a b\n\nc#a b|\n\n|c",
        "whitespace#a b#a| |b",
        "chameleon#IMGIMGABZa  b#IMGIMGABZ|a|  |b",
        "jais-2#a     b#a|    | b",
        "exaone-moe#ab cd 1#ab cd| |1",
        "youtu#\uD55C\uAE00ab\u3105#\uD55C\uAE00|ab|\u3105",
        "minicpm5#a1234#a|123|4",
        "seed-coder#a!\n#a|!|\n",
        "bailingmoe#a \n\nb#a| \n\n|b");
  }

  @ParameterizedTest
  @MethodSource
  void families(String line) {
    String[] fields = line.split("#");
    PreTokenizerFamily family = PreTokenizerFamily.named(fields[0]).orElseThrow();
    assertThat(String.join("|", cut(family, fields[1]))).isEqualTo(fields[2]);
  }

  @Test
  void familiesAreNamedOnce() {
    List<String> names = PreTokenizerFamily.names();
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "REMOVED#a|b|c",
        "ISOLATED#-|a|-|-|b|-|c",
        "MERGED_WITH_PREVIOUS#-|a-|-|b-|c",
        "MERGED_WITH_NEXT#-a|-|-b|-c",
        "CONTIGUOUS#-|a|--|b|-|c"
      })
  void behaviors(Behavior behavior, String expected) {
    PreTokenizer split = new PreTokenizer.Split(Regex.literal("-"), behavior, false);
    assertThat(String.join("|", cut(split, "-a--b-c"))).isEqualTo(expected);
  }

  @Test
  void kinds() {
    assertThat(cut(new PreTokenizer.Metaspace('_', Prefix.ALWAYS, true), "a b  c"))
        .containsExactly("_a", "_b", "_", "_c");
    assertThat(cut(new PreTokenizer.Metaspace('_', Prefix.NEVER, true), "a b"))
        .containsExactly("a", "_b");
    assertThat(cut(new PreTokenizer.Metaspace('_', Prefix.FIRST, false), " a b"))
        .containsExactly("_a_b");
    assertThat(cut(new PreTokenizer.Whitespace(), "a_b, c!?"))
        .containsExactly("a_b", ",", "c", "!?");
    assertThat(cut(new PreTokenizer.WhitespaceSplit(), " a,b\u00A0c\n"))
        .containsExactly("a,b", "c");
    assertThat(cut(new PreTokenizer.Bert(), "a,b c")).containsExactly("a", ",", "b", "c");
    assertThat(cut(new PreTokenizer.Punctuation(Behavior.CONTIGUOUS), "a!?b"))
        .containsExactly("a", "!?", "b");
    assertThat(cut(new PreTokenizer.Digits(false), "a12b")).containsExactly("a", "12", "b");
    assertThat(cut(new PreTokenizer.Digits(true), "a12b")).containsExactly("a", "1", "2", "b");
    assertThat(cut(new PreTokenizer.Delimiter('|'), "a|b")).containsExactly("a", "b");
    assertThat(cut(new PreTokenizer.FixedLength(2), "abcde")).containsExactly("ab", "cd", "e");
    assertThat(cut(new PreTokenizer.Scripts(), "ab \u6F22\u30AB\u3072x"))
        .containsExactly("ab ", "\u6F22\u30AB\u3072", "x");
    assertThat(cut(new PreTokenizer.ByteLevel(true, true), "a \u00E9"))
        .containsExactly("\u0120a", "\u0120\u00C3\u00A9");
  }
}
