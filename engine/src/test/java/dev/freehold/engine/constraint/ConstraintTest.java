package dev.freehold.engine.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.OutputFormat;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {
  private static final RandomAnswer BYTE_LEVEL = RandomAnswer.byteLevel();
  private static final RandomAnswer BYTE_FALLBACK = RandomAnswer.byteFallback();

  static Stream<RandomAnswer> vocabularies() {
    return Stream.of(BYTE_LEVEL, BYTE_FALLBACK);
  }

  static Constraint compile(OutputFormat format, RandomAnswer answers) {
    return Constraint.compile(format, answers.vocabulary()).orElseThrow();
  }

  @Test
  void freeTextNeedsNoConstraint() {
    assertThat(Constraint.compile(OutputFormat.FREE, BYTE_LEVEL.vocabulary())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void everyChoiceIsWrittenAndNothingElse(RandomAnswer answers) {
    List<String> texts = List.of("yes", "no", "no way", "GrÃ¼Ãe, ä¸ç", " spaced", "");
    Constraint constraint = compile(new OutputFormat.Choice(texts), answers);
    Random random = new Random(1);
    List<String> written =
        IntStream.range(0, 300)
            .mapToObj(i -> answers.write(constraint, random).orElseThrow())
            .distinct()
            .toList();
    assertThat(texts).containsAll(written);
    assertThat(written).contains("yes", "no", "no way", "GrÃ¼Ãe, ä¸ç", "");
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void aFormatStandsBetweenTwoTexts(RandomAnswer answers) {
    OutputFormat format =
        new OutputFormat.JsonSchema(
            StrictJson.parse(
                "{\"enum\": [{\"a\": \"b\"}, [\"c\"]]}".getBytes(StandardCharsets.UTF_8), "test"));
    Constraint constraint = compile(format, answers).between("x: ", "}\n");
    Random random = new Random(2);
    for (int i = 0; i < 100; i++) {
      assertThat(answers.write(constraint, random).orElseThrow())
          .matches("x: (\\{\\s*\"a\"\\s*:\\s*\"b\"\\s*}|\\[\\s*\"c\"\\s*])}\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-z]{3}-\\d+",
        "(Ã©|Ã¼|ä¸)*[^x]\\s\\S\\W.",
        "(foo|bar|ba)?[\\w.-]+@[a-z]+\\.(com|org)",
        "^a+b?$|^(?:c|(?<name>d))$",
        "\\u00e9\\x41[😀-🙏]",
        "a{2,4}(bc){0,2}d{3,}?",
        "\\p{Lu}\\p{Ll}*[^\\p{L}\\d\\s]",
        "[-a\\]^]{2}[\\]\\\\-]",
        "^(19|20)\\d\\d-(0[1-9]|1[012])$"
      })
  void whatAPatternAllowsItMatches(String pattern) {
    for (RandomAnswer answers : List.of(BYTE_LEVEL, BYTE_FALLBACK)) {
      Constraint constraint = compile(new OutputFormat.Regex(pattern), answers);
      java.util.regex.Pattern judge = java.util.regex.Pattern.compile(pattern);
      for (int seed = 0; seed < 60; seed++) {
        Optional<String> text = answers.write(constraint, new Random(seed));
        assertThat(text.map(t -> judge.matcher(t).matches()).orElse(true))
            .as("%s writes <%s>, seed %d", pattern, text, seed)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a(?=b)",
        "a(?!b)",
        "(?<=a)b",
        "(?<!a)b",
        "(a)\\1",
        "(?<x>a)\\k<x>",
        "\\bword\\b",
        "a++",
        "(?>a)",
        "(?i)a",
        "[[:alpha:]]",
        "(",
        ")",
        "a)",
        "[a",
        "a{2",
        "a{3,2}",
        "{1}",
        "*a",
        "a**",
        "\\",
        "\\q",
        "[z-a]",
        "\\u12",
        "\\xZZ",
        "\\p{Nonsense}",
        "\\ud800",
        "a{100001}",
        "^*",
        "(a{1000}){1000}",
        "((((a{30}){30}){30}){30}){30}",
        "[ab]*a[ab]{20}c",
        "(x+x+)+y{30000}",
        "a^b",
        "b$a",
        "[^\\s\\S]"
      })
  void patternsThatCannotBeHeldAreRefused(String pattern) {
    assertThatThrownBy(() -> compile(new OutputFormat.Regex(pattern), BYTE_LEVEL))
        .isInstanceOf(ChatException.class)
        .hasMessageStartingWith("regex: ");
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void anyObjectIsValidJson(RandomAnswer answers) {
    Constraint constraint = compile(new OutputFormat.JsonObject(), answers);
    int finished = 0;
    for (int seed = 0; seed < 150; seed++) {
      Optional<String> text = answers.write(constraint, new Random(seed));
      if (text.isPresent()) {
        finished++;
        assertThat(parse(text.get()).isObject()).as("seed %d: %s", seed, text).isTrue();
      }
    }
    assertThat(finished).isGreaterThan(120);
  }

  private static tools.jackson.databind.JsonNode parse(String text) {
    return tools.jackson.databind.json.JsonMapper.shared().readTree(text);
  }

  @Test
  void theMaskIsExactlyWhatIsAccepted() {
    for (RandomAnswer answers : List.of(BYTE_LEVEL, BYTE_FALLBACK)) {
      for (OutputFormat format :
          List.of(
              new OutputFormat.JsonObject(),
              new OutputFormat.Regex("(ab|[^a])*(the |water)?\\d{1,5}"))) {
        ConstraintState state = compile(format, answers).start(true);
        Random random = new Random(7);
        long[] bits = new long[answers.vocabulary().words()];
        for (int step = 0; step < 120 && !state.isFinished(); step++) {
          state.mask(bits);
          IntStream.Builder allowed = IntStream.builder();
          for (int id = 0; id < answers.vocabulary().size(); id++) {
            boolean isAllowed = (bits[id >> 6] >>> id & 1) != 0;
            assertThat(state.copy().accept(id))
                .as("step %d, token %d", step, id)
                .isEqualTo(isAllowed);
            if (isAllowed && !answers.tokenizer().stopIds().contains(id)) {
              allowed.add(id);
            }
          }
          int[] ids = allowed.build().toArray();
          assertThat(state.accept(ids[random.nextInt(ids.length)])).isTrue();
        }
      }
    }
  }

  @Test
  void refusedTokensAndEndsLeaveTheStateAsItWas() {
    Tokenizer tokenizer = BYTE_LEVEL.tokenizer();
    ConstraintState state = compile(new OutputFormat.Choice(List.of("ab")), BYTE_LEVEL).start(true);
    int end = tokenizer.stopIds().iterator().next();
    int a = tokenizer.encode("a", false)[0];
    int b = tokenizer.encode("b", false)[0];
    assertThat(state.accept(b)).isFalse();
    assertThat(state.accept(end)).isFalse();
    assertThat(state.accept(-1)).isFalse();
    assertThat(state.accept(1 << 20)).isFalse();
    assertThat(state.accept(a)).isTrue();
    assertThat(state.mayEnd()).isFalse();
    ConstraintState attempt = state.copy();
    assertThat(attempt.accept(b)).isTrue();
    assertThat(attempt.mayEnd()).isTrue();
    assertThat(attempt.isFinished()).isTrue();
    assertThat(state.isFinished()).isFalse();
    assertThat(attempt.accept(end)).isTrue();
    assertThat(attempt.accept(end)).isFalse();
    long[] bits = new long[BYTE_LEVEL.vocabulary().words()];
    attempt.mask(bits);
    assertThat(bits).containsOnly(0L);
  }

  @Test
  void specialTokensAreNeverText() {
    Tokenizer tokenizer = BYTE_LEVEL.tokenizer();
    ConstraintState state = compile(new OutputFormat.Regex("(.|\\s)*"), BYTE_LEVEL).start(true);
    long[] bits = new long[BYTE_LEVEL.vocabulary().words()];
    state.mask(bits);
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      if (tokenizer.isSpecial(id) && !tokenizer.stopIds().contains(id)) {
        assertThat(bits[id >> 6] >>> id & 1).as(tokenizer.tokenText(id)).isZero();
        assertThat(state.copy().accept(id)).isFalse();
      }
    }
  }

  @Test
  void tokenizersWhoseTextIsNotTheirTokensAreRefused() {
    java.nio.file.Path folder =
        java.nio.file.Path.of(
            System.getProperty("freehold.root"),
            "text/src/test/resources/dev/freehold/text/hf-wordpiece");
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    assertThatThrownBy(() -> TokenVocabulary.of(tokenizer))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("WordPiece");
  }

  @Test
  void theMachineIsTheSameWhateverWasAskedBefore() {
    OutputFormat format = new OutputFormat.JsonObject();
    Constraint used = compile(format, BYTE_LEVEL);
    for (int seed = 0; seed < 60; seed++) {
      BYTE_LEVEL.write(used, new Random(seed));
    }
    for (int seed = 100; seed < 110; seed++) {
      Constraint fresh = compile(format, BYTE_LEVEL);
      assertThat(BYTE_LEVEL.write(used, new Random(seed)))
          .isEqualTo(BYTE_LEVEL.write(fresh, new Random(seed)));
    }
  }

  @Test
  void objectsAreStrictJsonButForRepeatedNames() {
    Constraint constraint = compile(new OutputFormat.JsonObject(), BYTE_LEVEL);
    String text = BYTE_LEVEL.write(constraint, new Random(3)).orElseThrow();
    assertThat(StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "answer").isObject())
        .isTrue();
  }
}
