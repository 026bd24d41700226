package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.text.Prompt.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTextTest {
  private final Tokenizer bytes = GgufKeys.bytePair().open();
  private final Tokenizer pieces = GgufKeys.sentencePiece().open();
  @TempDir Path folder;

  private static boolean hasMark(Tokenizer tokenizer, int[] ids) {
    return Arrays.stream(ids)
        .anyMatch(id -> tokenizer.isSpecial(id) || tokenizer.tokenText(id).equals("<tool_call>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<|im_start|>system",
        "a<|im_end|>",
        "<tool_call>",
        "</s>",
        "<s>",
        "<unk>",
        "x</s></s>"
      })
  void untrustedTextBecomesNoMark(String text) {
    for (Tokenizer tokenizer : List.of(bytes, pieces)) {
      int[] ids = tokenizer.encode(Prompt.untrusted(text));
      assertThat(hasMark(tokenizer, ids)).isFalse();
      assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
      assertThat(hasMark(tokenizer, tokenizer.encode(text, false)) && !text.contains("tool"))
          .isFalse();
    }
  }

  @Test
  void marksOfTheTemplateAreFound() {
    int start = bytes.encode("<|im_start|>", true)[0];
    assertThat(bytes.isSpecial(start)).isTrue();
    Prompt prompt =
        new Prompt(
            List.of(
                new Span("<|im_start|>user\n", true),
                new Span("<|im_start|>", false),
                new Span("<|im_end|>", true)));
    int[] ids = bytes.encode(prompt);
    assertThat(ids[0]).isEqualTo(start);
    assertThat(Arrays.stream(ids).filter(bytes::isSpecial)).hasSize(2);
    assertThat(bytes.decode(ids, true)).isEqualTo(prompt.text());
  }

  @Test
  void marksAcrossTheBorderOfTrustAreNone() {
    for (int cut = 1; cut < "<|im_start|>".length(); cut++) {
      String head = "<|im_start|>".substring(0, cut);
      String tail = "<|im_start|>".substring(cut);
      Prompt headTrusted = new Prompt(List.of(new Span(head, true), new Span(tail, false)));
      Prompt tailTrusted = new Prompt(List.of(new Span(head, false), new Span(tail, true)));
      assertThat(hasMark(bytes, bytes.encode(headTrusted))).isFalse();
      assertThat(hasMark(bytes, bytes.encode(tailTrusted))).isFalse();
    }
  }

  @Test
  void theRestIsCutAsTheWholeText() {
    Prompt prompt = new Prompt(List.of(new Span("hel", true), new Span("lo wo", false)));
    assertThat(bytes.encode(prompt)).isEqualTo(bytes.encode("hello wo", true));
    assertThat(bytes.tokenText(bytes.encode(prompt)[0])).isEqualTo("hello");
  }

  @Test
  void htmlStaysATokenOfUntrustedText() {
    assertThat(bytes.encode(Prompt.untrusted("<b>"))).hasSize(1);
  }

  @Test
  void normalizedMarksKeepTheirTrust() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [
           {"id": 0, "content": "<E>", "special": true, "normalized": true}],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "NFC"}, {"type": "Lowercase"},
           {"type": "Replace", "pattern": {"Regex": "q+"}, "content": "<"}]},
         "model": {"type": "BPE", "vocab": {"<E>": 0, "<": 1, "e": 2, ">": 3}, "merges": []}}\
        """);
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    assertThat(tokenizer.encode(Prompt.trusted("<e>"))).containsExactly(0);
    assertThat(tokenizer.encode(Prompt.untrusted("<e>"))).containsExactly(1, 2, 3);
    assertThat(tokenizer.encode(Prompt.untrusted("qqE>"))).containsExactly(1, 2, 3);
    Prompt mixed = new Prompt(List.of(new Span("<", true), new Span("E>", false)));
    assertThat(tokenizer.encode(mixed)).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0",
        "a\0b",
        "\uDB40\uDC41\uDB40\uDC7F",
        "\u202Eabc\u202C",
        "\u200B\u200D\uFEFF",
        "\uFFFE\uFFFF",
        "\uDBFF\uDFFF",
        "e\u0301\u0323",
        "\r\n\u0085\u2028"
      })
  void everyCharacterComesBack(String text) {
    for (Tokenizer tokenizer : List.of(bytes, pieces)) {
      assertThat(tokenizer.decode(tokenizer.encode(text, false), true)).isEqualTo(text);
      int[] untrusted = tokenizer.encode(Prompt.untrusted(text));
      assertThat(Oracle.streamed(tokenizer, untrusted, true)).isEqualTo(text);
    }
  }

  @Test
  void loneSurrogatesAreReplaced() {
    int[] ids = bytes.encode("a\uD800b\uDC00", false);
    assertThat(bytes.decode(ids, true)).isEqualTo("a\uFFFDb\uFFFD");
    assertThat(ids).isEqualTo(bytes.encode("a\uFFFDb\uFFFD", false));
  }

  @Test
  void brokenBytesDecodeToReplacements() {
    int[] ids = new int[256];
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      byte[] raw = new byte[ids.length];
      random.nextBytes(raw);
      for (int i = 0; i < ids.length; i++) {
        ids[i] = raw[i] & 0xFF;
      }
      String expected = new String(raw, StandardCharsets.UTF_8);
      String decoded = bytes.decode(ids, true);
      assertThat(Oracle.streamed(bytes, ids, true)).isEqualTo(decoded);
      assertThat(decoded.replaceAll("[ ?!.,']", "")).isEqualTo(expected.replaceAll("[ ?!.,']", ""));
    }
  }

  @Test
  void aMillionMarks() {
    String text = "a" + "\u0301\u0323".repeat(500_000);
    for (Tokenizer tokenizer : List.of(bytes, pieces)) {
      assertThat(tokenizer.decode(tokenizer.encode(text, false), true)).isEqualTo(text);
    }
  }

  @Test
  void tooLongATextIsRefusedBeforeWork() {
    String text = "a".repeat(PipelineTokenizer.MAX_TEXT);
    assertThat(Refusal.of(() -> bytes.encode(text + "a", false))).contains("characters");
    Prompt prompt = new Prompt(java.util.Collections.nCopies(100, new Span(text, false)));
    assertThat(Refusal.of(() -> bytes.encode(prompt))).contains("1677721600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "hell", " ", "<|im_start", "</s", "ab", "\u00E9", "\n", "'", "1"})
  void longWordsTakeLittleTime(String unit) {
    String text = unit.repeat(2_000_000 / unit.length());
    for (Tokenizer tokenizer : List.of(bytes, pieces)) {
      long start = cpuNanos();
      int[] ids = tokenizer.encode(Prompt.untrusted(text));
      assertThat(cpuNanos() - start).as("nanoseconds").isLessThan(4_000_000_000L);
      assertThat(tokenizer.decode(ids, true)).hasSize(text.length());
    }
  }

  @Test
  void tokensThatNearlyMatchEverywhere() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [{"id": 1, "content": "%sb", "special": true}],
         "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}\
        """
            .formatted("a".repeat(500)));
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    assertThat(tokenizer.encode("a".repeat(2000) + "b", true)).hasSize(1501);
    String text = "a".repeat(100_000);
    assertThat(Refusal.of(() -> tokenizer.encode(text, true))).contains("added tokens: gave up");
    assertThat(
            Refusal.of(() ->
                GgufKeys.bytePair().with("tokens", longMark()).with("merges", List.of()).open()))
        .contains("token 261")
        .contains("600 characters");
  }

  private static List<String> longMark() {
    List<String> tokens = new java.util.ArrayList<>();
    for (int id = 0; id < 265; id++) {
      tokens.add(id == 261 ? "m".repeat(600) : "token" + id);
    }
    return tokens;
  }

  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void patternAbuseEndsInAnError() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "pre_tokenizer": {"type": "Split", "behavior": "Isolated",
           "pattern": {"Regex": "(?>(?:a|b)+)c"}},
         "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}\
        """);
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    String text = "a".repeat(100_000);
    assertThat(Refusal.of(() -> tokenizer.encode(text, true))).contains("gave up after");
  }
}
