package dev.freehold.text.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.text.TextException;
import dev.freehold.text.unicode.Unicode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String CL100K =
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";
  private static final String O200K =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String DIGITS_BY_THREE = "\\d{1,3}(?=(?:\\d{3})*\\b)";
  private static final String WORD_GROUPS =
      "[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?";

  @ParameterizedTest
  @ValueSource(
      strings = {
        GPT2,
        CL100K,
        O200K,
        DIGITS_BY_THREE,
        WORD_GROUPS,
        "(?=(\\d{3})+(?!\\d))",
        "(?:a|ab)(?:c|bcd)?(?:d*)",
        "(?:a+b?)*c|a",
        "(?:ab|a)*?b",
        "a{2,3}?b|(?:ab){1,2}a",
        "(?>a+|b)c|[a-z&&[^b]]",
        "(?<=a)b|(?<![ab])a",
        "\\bab?\\B|^b|a$",
        "[^\\S\\n]+|\\P{L}",
        "(?:a*b)+|(?:[ab]*1)*\\."
      })
  void findsWhatABacktrackingEngineFinds(String expression) {
    Pattern reference =
        Pattern.compile(
            expression, Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES);
    Matcher matcher = Regex.compile(expression).matcher();
    Random random = new Random(7);
    String alphabet = "aaabbAcd1123''sStT   \n\r.,é́漢ß";
    for (int round = 0; round < 4000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i >= 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String subject = text.toString();
      assertThat(matches(matcher, subject)).as(subject).isEqualTo(matches(reference, subject));
    }
  }

  private static List<String> matches(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    java.util.regex.Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.start() + "-" + matcher.end());
    }
    return found;
  }

  private static List<String> matches(Matcher matcher, String text) {
    int[] points = text.codePoints().toArray();
    List<String> found = new ArrayList<>();
    matcher.reset(points, 0, points.length);
    while (matcher.find()) {
      // as java.util.regex counts, an empty match may follow a match at once
      found.add(matcher.start() + "-" + matcher.end());
    }
    return found;
  }

  @Test
  void ignoresCaseBeyondAscii() {
    assertThat(matches(Regex.compile("(?i:'s|k)").matcher(), "'S 'ſ \u212A k 't"))
        .containsExactly("0-2", "3-5", "6-7", "8-9");
    assertThat(matches(Regex.compile("a(?i)b|c").matcher(), "aB ab Ab c C"))
        .containsExactly("0-2", "3-5", "9-10", "11-12");
  }

  @Test
  void everyLetterIgnoresItsCase() {
    int[] pairs = Unicode.foldPairs();
    for (int cp : pairs) {
      CharSet set = CharSet.range(cp, cp).ignoringCase();
      assertThat(set.contains(cp)).isTrue();
      for (int other : pairs) {
        if (set.contains(other) != (Unicode.fold(other) == Unicode.fold(cp))) {
          throw new AssertionError("%X with %X".formatted(cp, other));
        }
      }
    }
  }

  @Test
  void whiteSpaceIsThatOfTheTables() {
    Matcher matcher = Regex.compile("\\s").matcher();
    for (int cp = 0; cp < Unicode.CODE_POINTS; cp++) {
      int[] text = {cp};
      assertThat(matcher.reset(text, 0, 1).find()).isEqualTo(Unicode.isWhiteSpace(cp));
    }
  }

  @Test
  void propertiesAndScripts() {
    assertThat(matches(Regex.compile("[\\p{Han}\\p{Hiragana}]+").matcher(), "a漢字かなb"))
        .containsExactly("1-5");
    assertThat(matches(Regex.compile("\\p{Lu}|\\p{^L}").matcher(), "aB1"))
        .containsExactly("1-2", "2-3");
    assertThat(matches(Regex.compile("[[:punct:]]+").matcher(), "a.$!b")).containsExactly("1-4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a+",
        "a",
        GPT2,
        CL100K,
        O200K,
        DIGITS_BY_THREE,
        WORD_GROUPS,
        "\\p{L}+\\d",
        "(?:a|aa)+b",
        "(?:a+)+b",
        "(?:a*b?)c|a",
        "(?:(?:a|b)(?:a|b)*)+c",
        "(?=(a{3})+(?!a))",
        "(?=a+b)a|a",
        "\\s*x|\\s+(?!\\S)|\\s",
        "(?:\\s|a)*x"
      })
  void hostileTextsTakeLinearTime(String expression) {
    Matcher matcher = Regex.compile(expression).matcher();
    for (String unit : List.of("a", " ", "1", "a ", "ab", "\n", "a\u0301", "'")) {
      int[] text = unit.repeat(1_000_000 / unit.length()).codePoints().toArray();
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            matcher.reset(text, 0, text.length);
            int end = 0;
            while (matcher.find()) {
              assertThat(matcher.end()).isGreaterThanOrEqualTo(end);
              end = matcher.end();
            }
          },
          () -> expression + " on " + unit);
    }
  }

  @Test
  void whatIsNotLinearEndsInAnError() {
    Matcher matcher = Regex.compile("(?>(?:a|b)+)c").matcher();
    int[] text = "a".repeat(1_000_000).codePoints().toArray();
    matcher.reset(text, 0, text.length);
    assertThatThrownBy(matcher::find)
        .isInstanceOf(TextException.class)
        .hasMessageContaining("(?>(?:a|b)+)c")
        .hasMessageContaining("gave up after");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "[a",
        "a{2,1}",
        "*a",
        "\\",
        "(?P<x>a)",
        "\\1",
        "(?<=ab)c",
        "\\p{Nonsense}",
        "(?:a*)*",
        "[z-a]",
        "\\x{110000}",
        "\\q",
        "(?=a++)b",
        "((a{999}){999}){999}",
        "a{1001}"
      })
  void refusesWhatItDoesNotSupport(String expression) {
    assertThatThrownBy(() -> Regex.compile(expression + ""))
        .isInstanceOf(TextException.class)
        .hasMessageStartingWith("pattern ");
  }

  @Test
  void nestingIsLimited() {
    assertThatThrownBy(() -> Regex.compile("(".repeat(10_000)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("deep");
    assertThatThrownBy(() -> Regex.compile("[".repeat(10_000)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("deep");
  }
}
