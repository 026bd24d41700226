package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadTokenizerTest {
  @TempDir Path folder;

  private String refused(GgufKeys keys) {
    return Refusal.of(keys::open);
  }

  @Test
  void listsOfUnequalLength() {
    assertThat(refused(GgufKeys.sentencePiece().with("scores", new double[3])))
        .contains("tokenizer.ggml.scores")
        .contains("found 3");
    assertThat(refused(GgufKeys.bytePair().with("token_type", new long[9])))
        .contains("tokenizer.ggml.token_type")
        .contains("found 9");
  }

  @Test
  void idsBeyondTheVocabulary() {
    assertThat(refused(GgufKeys.bytePair().with("bos_token_id", 9999L)))
        .contains("tokenizer.ggml.bos_token_id")
        .contains("9999");
    assertThat(refused(GgufKeys.sentencePiece().with("unknown_token_id", -1L)))
        .contains("tokenizer.ggml.unknown_token_id");
  }

  @Test
  void mergesOfAbsentTokens() {
    assertThat(refused(GgufKeys.bytePair().with("merges", List.of("h e", "l o"))))
        .contains("tokenizer.ggml.merges")
        .contains("merge 1")
        .contains("l o");
    assertThat(refused(GgufKeys.bytePair().with("merges", List.of("he"))))
        .contains("tokenizer.ggml.merges");
  }

  @Test
  void beginMarkWantedButNotNamed() {
    assertThat(refused(GgufKeys.bytePair().with("add_bos_token", true)))
        .contains("tokenizer.ggml.add_bos_token")
        .contains("tokenizer.ggml.bos_token_id");
  }

  @Test
  void wrongTypesAndMissingKeys() {
    assertThat(refused(GgufKeys.bytePair().with("merges", new long[2])))
        .contains("tokenizer.ggml.merges");
    assertThat(refused(new GgufKeys().with("model", "gpt2"))).contains("tokenizer.ggml.tokens");
    assertThat(refused(GgufKeys.bytePair().with("token_type", longs(265, 77))))
        .contains("tokenizer.ggml.token_type")
        .contains("77");
    assertThat(refused(GgufKeys.sentencePiece().with("scores", doubles(270, Double.NaN))))
        .contains("NaN");
  }

  private static long[] longs(int count, long value) {
    long[] values = new long[count];
    java.util.Arrays.fill(values, value);
    return values;
  }

  private static double[] doubles(int count, double value) {
    double[] values = new double[count];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void duplicateTokens() {
    assertThat(refused(GgufKeys.sentencePiece().with("tokens", List.of("a", "b", "a"))))
        .contains("tokenizer.ggml.tokens")
        .contains("ids 0 and 2");
  }

  @Test
  void unknownNamesListTheKnownOnes() {
    assertThat(refused(GgufKeys.bytePair().with("pre", "qwen99")))
        .contains("tokenizer.ggml.pre")
        .contains("qwen99")
        .contains("llama-bpe")
        .contains("deepseek-v3");
    assertThat(refused(GgufKeys.bytePair().with("model", "rwkv")))
        .contains("tokenizer.ggml.model")
        .contains("gpt2");
  }

  @Test
  void charsMapThatLies() {
    GgufKeys keys = GgufKeys.sentencePiece().with("model", "t5");
    assertThat(refused(keys.with("precompiled_charsmap", new long[] {1, 2})))
        .contains("precompiled_charsmap");
    assertThat(refused(keys.with("precompiled_charsmap", new long[] {127, 127, 127, 127, 0})))
        .contains("precompiled_charsmap");
    // a table whose root points outside
    long[] outside = {4, 0, 0, 0, 0, 255, 255, 127, 0};
    Tokenizer tokenizer = keys.with("precompiled_charsmap", outside).open();
    assertThat(Refusal.of(() -> tokenizer.encode("abc", false))).contains("precompiled_charsmap");
  }

  private String refusedJson(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    return Refusal.of(() -> Tokenizer.fromFolder(folder));
  }

  private static String json(String added, String model) {
    return """
    {"version": "1.0", "added_tokens": [%s], "normalizer": null, "pre_tokenizer": null,
     "post_processor": null, "decoder": null, "model": %s}\
    """
        .formatted(added, model);
  }

  private static final String MODEL =
      """
      {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}\
      """;

  private static String token(int id, String text) {
    return "{\"id\": %d, \"content\": \"%s\", \"special\": true}".formatted(id, text);
  }

  @Test
  void addedTokens() throws IOException {
    assertThat(refusedJson(json(token(3, ""), MODEL))).contains("added_tokens[0].content");
    assertThat(refusedJson(json(token(3, "x") + "," + token(4, "x"), MODEL)))
        .contains("content")
        .contains("twice");
    assertThat(refusedJson(json(token(3, "x") + "," + token(3, "y"), MODEL)))
        .contains("id")
        .contains("twice");
    assertThat(refusedJson(json(token(5, "x"), MODEL))).contains("id").contains("gap");
    assertThat(refusedJson(json(token(1, "x"), MODEL))).contains("id: 1 is \"b\"");
    assertThat(refusedJson(json(token(7, "ab"), MODEL))).contains("\"ab\" as 2");
    assertThat(refusedJson(json("7", MODEL))).contains("added_tokens[0]");
    assertThat(refusedJson(json(token(3, "x".repeat(5000)), MODEL))).contains("5000 characters");
  }

  @Test
  void tenMillionAddedTokens() throws IOException {
    try (Writer writer = Files.newBufferedWriter(folder.resolve("tokenizer.json"))) {
      writer.write("{\"version\": \"1.0\", \"added_tokens\": [{}");
      for (int i = 0; i < 10_000_000; i++) {
        writer.write(",{}");
      }
      writer.write("]}");
    }
    assertThat(Refusal.of(() -> Tokenizer.fromFolder(folder)))
        .contains("added_tokens")
        .contains("more than");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}|model.merges[0]",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"a\"]]}|model.merges[0]",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\"]]}|model.merges[0]",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}|model.vocab",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 1000000000}, \"merges\": []}|model.vocab",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []}|model.vocab",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": \"0\"}, \"merges\": []}|model.vocab",
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"unk_token\": \"u\"}|model.unk_token",
        "{\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]], \"unk_id\": 5}|model.unk_id",
        "{\"type\": \"Unigram\", \"vocab\": [[\"a\"]]}|model.vocab",
        "{\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}}|model.unk_token",
        "{\"type\": \"Markov\", \"vocab\": {\"a\": 0}}|model.type",
        "{\"type\": \"BPE\", \"vocab\": {}}|model.vocab",
        "7|model"
      })
  void models(String model, String field) throws IOException {
    assertThat(refusedJson(json("", model))).contains("tokenizer.json").contains(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "normalizer|{\"type\": \"Nonsense\"}|normalizer.type",
        "normalizer|{\"type\": \"Sequence\", \"normalizers\": 3}|normalizer.normalizers",
        "normalizer|{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"!\"}|charsmap",
        "normalizer|7|normalizer",
        "pre_tokenizer|{\"type\": \"Nonsense\"}|pre_tokenizer.type",
        "pre_tokenizer|{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(a\"}}|pattern",
        "pre_tokenizer|{\"type\": \"Split\", \"pattern\": {}}|pre_tokenizer.pattern",
        "pre_tokenizer|{\"type\": \"Metaspace\", \"replacement\": \"ab\"}|replacement",
        "pre_tokenizer|{\"type\": \"FixedLength\", \"length\": 0}|length",
        "decoder|{\"type\": \"Nonsense\"}|decoder.type",
        "post_processor|{\"type\": \"Nonsense\"}|post_processor.type",
        "post_processor|{\"type\": \"BertProcessing\", \"cls\": [\"a\", 99]}|post_processor.cls",
        "version|\"2.0\"|version"
      })
  void parts(String part, String value, String field) throws IOException {
    String json =
        """
        {"version": "1.0", "%s": %s, "model": %s}\
        """
            .formatted(part, value, MODEL);
    if (part.equals("version")) {
      json = json.replace("\"version\": \"1.0\", ", "");
    }
    assertThat(refusedJson(json)).contains("tokenizer.json").contains(field);
  }

  @Test
  void manyPatterns() throws IOException {
    String split = "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\p{Han}\"}}";
    String all = (split + ",").repeat(20_000) + split;
    assertThat(
            refusedJson(
                """
                {"version": "1.0", "model": %s, "pre_tokenizer":
                 {"type": "Sequence", "pretokenizers": [%s]}}\
                """
                    .formatted(MODEL, all)))
        .contains("pre_tokenizer");
    assertThat(
            refusedJson(
                """
                {"version": "1.0", "model": %s, "pre_tokenizer":
                 {"type": "Split", "pattern": {"Regex": "%s"}}}\
                """
                    .formatted(MODEL, "[\\\\p{Han}a]".repeat(50_000))))
        .contains("pre_tokenizer");
  }

  @Test
  void noFileOrNoJson() throws IOException {
    assertThat(Refusal.of(() -> Tokenizer.fromFolder(folder.resolve("nothing"))))
        .contains("no tokenizer.json");
    assertThat(refusedJson("{\"version\": \"1.0\", \"model\"")).contains("tokenizer.json");
    assertThat(refusedJson("[1]")).contains("expected an object");
    assertThat(refusedJson("{}")).contains("model");
    assertThat(refusedJson("[".repeat(100_000))).contains("tokenizer.json");
  }
}
