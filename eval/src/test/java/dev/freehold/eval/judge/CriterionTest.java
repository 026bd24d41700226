package dev.freehold.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.FinishReason;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.Reply;
import dev.freehold.eval.judge.Criterion.ToolCalls.Expected;
import dev.freehold.eval.judge.Judgement.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// When replies are right, at the edges.
class CriterionTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Normalization steps(String names) {
    Set<Normalization.Step> steps = EnumSet.noneOf(Normalization.Step.class);
    if (names != null) {
      Arrays.stream(names.split(" "))
          .map(name -> Normalization.Step.valueOf(name.toUpperCase(java.util.Locale.ROOT)))
          .forEach(steps::add);
    }
    return new Normalization(steps);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Tom|Tom||RIGHT",
        "Tom| Tom||WRONG",
        "Tom| Tom\u00a0|trim|RIGHT",
        "Tom|tom||WRONG",
        "Tom|TOM|case|RIGHT",
        "straße|STRASSE|case|RIGHT",
        "Tom|Tom.|trim|WRONG",
        "Tom|\"Tom.\"|punctuation|RIGHT",
        "Tom|„Tom“|punctuation|RIGHT",
        "富士山|富士山。|punctuation|RIGHT",
        "a b|a\u3000\t b|whitespace|RIGHT",
        "a b|ab|whitespace|WRONG",
        "\u00e9t\u00e9|e\u0301te\u0301||WRONG",
        "\u00e9t\u00e9|e\u0301te\u0301|nfc|RIGHT",
        "ΡΏΜΗ|Ρώμη|case nfc|RIGHT",
        "ΟΔΟΣ|οδος|case|RIGHT",
        "-5|5|punctuation|RIGHT",
        "Tom|Thomas|nfc case whitespace punctuation trim|WRONG",
      })
  void textsAreAlikeAsFarAsTheTaskSays(
      String expected, String found, String steps, Verdict verdict) {
    Criterion.Exact exact = new Criterion.Exact(List.of(expected), steps(steps));
    assertThat(exact.judge(Reply.of(found)).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "84 | It is 84. | LAST | false | RIGHT",
        "84 | 48 + 36 = 84 | LAST | false | RIGHT",
        "84 | 48 + 36 = 84 | FIRST | false | WRONG",
        "84 | 48 + 36 = 84 | ONLY | false | WRONG",
        "84 | 48 + 36 = 84 | ANY | false | RIGHT",
        "84 | eighty-four | LAST | false | WRONG",
        "84 | 84.0 | LAST | false | RIGHT",
        "84 | 8.4e1 | LAST | false | RIGHT",
        "84 | 841 | LAST | false | WRONG",
        "1234.5 | 1,234.5 | LAST | false | RIGHT",
        "1234.5 | 1.234,5 | LAST | true | RIGHT",
        "1234.5 | 1 234,5 | LAST | true | WRONG",
        "1234.5 | 1\u202f234,5 | LAST | true | RIGHT",
        "1234567 | 1'234'567 | LAST | false | RIGHT",
        "12 | 1,2 | LAST | false | WRONG",
        "-5 | \u22125 | LAST | false | RIGHT",
        "-5 | minus 5 | LAST | false | WRONG",
        "3 | x3 | LAST | false | WRONG",
        "42 | \u0664\u0662 | LAST | false | RIGHT",
        "0 | 1e999 | LAST | false | WRONG",
        "50 | 50 % | LAST | false | RIGHT",
        "50 | 50\u20ac | LAST | false | RIGHT",
      })
  void numbersAreReadAsPeopleWriteThem(
      BigDecimal expected, String reply, NumberRule.Which which, boolean comma, Verdict verdict) {
    NumberRule rule = new NumberRule(expected, BigDecimal.ZERO, BigDecimal.ZERO, which, comma);
    assertThat(rule.judge(reply).verdict()).isEqualTo(verdict);
  }

  @Test
  void toleranceIsExactAtItsEdge() {
    NumberRule rule =
        new NumberRule(
            new BigDecimal("0.3"),
            new BigDecimal("0.1"),
            BigDecimal.ZERO,
            NumberRule.Which.LAST,
            false);
    assertThat(rule.judge("0.4").verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(rule.judge("0.2").verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(rule.judge("0.40001").verdict()).isEqualTo(Verdict.WRONG);
    NumberRule relative =
        new NumberRule(
            new BigDecimal("-200"),
            BigDecimal.ZERO,
            new BigDecimal("0.01"),
            NumberRule.Which.LAST,
            false);
    assertThat(relative.judge("-202").verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(relative.judge("-202.1").verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void absurdNumbersEndInTime() {
    NumberRule rule =
        new NumberRule(
            BigDecimal.ONE, BigDecimal.ZERO, BigDecimal.ZERO, NumberRule.Which.LAST, false);
    assertThat(rule.judge("9".repeat(90_000)).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(rule.judge("1,111".repeat(19_000)).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(rule.judge("9".repeat(200_000)).verdict()).isEqualTo(Verdict.WRONG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":[2]} | {\"b\":[2.0],\"a\":1e0} | RIGHT",
        "{\"a\":1} | {\"a\":1,\"b\":null} | WRONG",
        "[1,2] | [2,1] | WRONG",
        "\"1\" | 1 | WRONG",
        "true | true | RIGHT",
        "0.1 | 0.10 | RIGHT",
        "12345678901234567890123 | 12345678901234567890124 | WRONG",
        "1 | 1e400 | WRONG",
        "{\"a\":1} | {\"a\":1} and more | WRONG",
        "{\"a\":1} | Here: {\"a\":1} | WRONG",
        "{\"a\":1} | {\"a\":1,\"a\":1} | WRONG",
      })
  void jsonIsEqualByValue(String expected, String reply, Verdict verdict) {
    Criterion.JsonEqual equal = new Criterion.JsonEqual(JSON.readTree(expected), true);
    assertThat(equal.judge(Reply.of(reply)).verdict()).isEqualTo(verdict);
  }

  @Test
  void aFenceAroundJsonGoesWhereTheTaskAllowsIt() {
    JsonNode expected = JSON.readTree("{\"a\":1}");
    String fenced = "```json\n{\"a\":1}\n```";
    assertThat(new Criterion.JsonEqual(expected, true).judge(Reply.of(fenced)).verdict())
        .isEqualTo(Verdict.RIGHT);
    assertThat(new Criterion.JsonEqual(expected, false).judge(Reply.of(fenced)).verdict())
        .isEqualTo(Verdict.WRONG);
    for (String odd : List.of("``````", "```\n```", "```json {\"a\":1}```", "```")) {
      assertThat(new Criterion.JsonEqual(expected, true).judge(Reply.of(odd)).verdict())
          .as(odd)
          .isEqualTo(Verdict.WRONG);
    }
  }

  @Test
  void deepJsonIsWrongAndNoCrash() {
    Criterion.JsonEqual equal = new Criterion.JsonEqual(JSON.readTree("[]"), true);
    assertThat(equal.judge(Reply.of("[".repeat(200_000))).verdict()).isEqualTo(Verdict.WRONG);
  }

  private static Reply calls(String... namesAndArguments) {
    List<Reply.Call> calls = new java.util.ArrayList<>();
    for (int i = 0; i < namesAndArguments.length; i += 2) {
      calls.add(new Reply.Call(namesAndArguments[i], namesAndArguments[i + 1]));
    }
    return new Reply("beside", calls, FinishReason.TOOL_CALLS);
  }

  private static Expected expected(String name, String arguments, String... ignored) {
    return new Expected(name, JSON.readTree(arguments), Set.of(ignored));
  }

  @Test
  void callsAreEqualInAnyOrder() {
    Criterion.ToolCalls two =
        new Criterion.ToolCalls(
            List.of(expected("f", "{\"x\":1}"), expected("f", "{\"x\":2,\"y\":[1]}")));
    assertThat(two.judge(calls("f", "{\"y\":[1.0],\"x\":2}", "f", "{\"x\":1}")).verdict())
        .isEqualTo(Verdict.RIGHT);
    assertThat(two.judge(calls("f", "{\"x\":1}", "f", "{\"x\":1}")).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(two.judge(calls("f", "{\"x\":1}")).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(two.judge(calls("f", "{\"x\":1}", "g", "{\"x\":2,\"y\":[1]}")).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(two.judge(calls("f", "{\"x\":1", "f", "{\"x\":2}")).reason()).contains("not JSON");
  }

  /// The first call fits both that are expected, the second only the first of them.
  @Test
  void callsArePairedSoThatAllFit() {
    Criterion.ToolCalls two =
        new Criterion.ToolCalls(
            List.of(expected("f", "{\"x\":1}", "note"), expected("f", "{\"x\":1,\"note\":\"n\"}")));
    assertThat(
            two.judge(calls("f", "{\"x\":1,\"note\":\"n\"}", "f", "{\"x\":1,\"note\":\"o\"}"))
                .verdict())
        .isEqualTo(Verdict.RIGHT);
  }

  @Test
  void noCallIsExpectedWhereNoneStands() {
    Criterion.ToolCalls none = new Criterion.ToolCalls(List.of());
    assertThat(none.judge(Reply.of("You are welcome.")).verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(none.judge(calls("f", "{}")).verdict()).isEqualTo(Verdict.WRONG);
    Criterion.ToolCalls empty = new Criterion.ToolCalls(List.of(expected("f", "{}")));
    assertThat(empty.judge(calls("f", "")).verdict()).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void containsLooksForAllAnyAndNone() {
    Criterion.Contains rule =
        new Criterion.Contains(List.of("A"), List.of("b", "c"), List.of("d"), steps("case"));
    assertThat(rule.judge(Reply.of("xaxCx")).verdict()).isEqualTo(Verdict.RIGHT);
    assertThat(rule.judge(Reply.of("xax")).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(rule.judge(Reply.of("abD")).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(rule.judge(Reply.of("b")).verdict()).isEqualTo(Verdict.WRONG);
  }

  @Test
  void schemasJudgeFormatsAndPatternsToo() {
    SchemaCheck schema =
        SchemaCheck.of(
            JSON.readTree(
                """
                {"type":"object","properties":{"d":{"type":"string","format":"date"},
                "p":{"type":"string","pattern":"^a+$"}},"required":["d"]}\
                """));
    assertThat(schema.judge(JSON.readTree("{\"d\":\"2026-01-02\",\"p\":\"aa\"}")).verdict())
        .isEqualTo(Verdict.RIGHT);
    assertThat(schema.judge(JSON.readTree("{\"d\":\"2026-13-02\"}")).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(schema.judge(JSON.readTree("{\"d\":\"2026-01-02\",\"p\":\"ab\"}")).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(schema.judge(JSON.readTree("{}")).reason()).contains("d");
  }

  @Test
  void hostileSchemasEndWithoutAVerdict() {
    SchemaCheck slowPattern =
        SchemaCheck.of(JSON.readTree("{\"type\":\"string\",\"pattern\":\"^(a+)+(b)\\\\2$\"}"));
    assertThat(slowPattern.judge(JSON.readTree("\"" + "a".repeat(5000) + "!\"")).verdict())
        .isEqualTo(Verdict.NONE);
    SchemaCheck endless = SchemaCheck.of(JSON.readTree("{\"$ref\":\"#\"}"));
    assertThat(endless.judge(JSON.readTree("1")).verdict()).isEqualTo(Verdict.NONE);
    assertThat(
            SchemaCheck.of(JSON.readTree("{\"$ref\":\"http://localhost:1/s.json\"}"))
                .judge(JSON.readTree("1"))
                .verdict())
        .isEqualTo(Verdict.NONE);
    assertThat(
            SchemaCheck.of(JSON.readTree("{\"$ref\":\"file:///etc/hostname\"}"))
                .judge(JSON.readTree("1"))
                .verdict())
        .isEqualTo(Verdict.NONE);
    assertThatThrownBy(() -> SchemaCheck.of(JSON.readTree("[" + "1,".repeat(30_000) + "1]")))
        .isInstanceOf(EvalException.class);
  }

  /// Each level is checked twice for each check of the level above: 2^60 in all.
  @Test
  void aSchemaThatTakesForEverIsUsedOnce() {
    StringBuilder schema = new StringBuilder("{\"$defs\":{");
    for (int i = 0; i < 60; i++) {
      schema.append(
          "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]},"
              .formatted(i, i + 1, i + 1));
    }
    schema.append("\"d60\":{\"type\":\"integer\"}},\"$ref\":\"#/$defs/d0\"}");
    SchemaCheck check = SchemaCheck.of(JSON.readTree(schema.toString()), Duration.ofMillis(200));
    JsonNode one = JSON.readTree("1");
    assertThat(check.judge(one).verdict()).isEqualTo(Verdict.NONE);
    long fastest = Long.MAX_VALUE; // of some tries, since the machine may stand still in one
    for (int i = 0; i < 20 && fastest > 100_000_000L; i++) {
      long start = System.nanoTime();
      assertThat(check.judge(one).reason()).contains("0.2 s");
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    assertThat(fastest).isLessThan(100_000_000L);
  }
}
