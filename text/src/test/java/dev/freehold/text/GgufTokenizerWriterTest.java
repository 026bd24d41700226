package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.GgufWriter;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A folder's tokenizer in a GGUF file gives the same ids; what GGUF cannot say is an error.
class GgufTokenizerWriterTest {
  private static final int SIZE = 264;
  private static final Map<String, Object> BYTES =
      Map.of("type", "ByteLevel", "add_prefix_space", false, "use_regex", false);
  private static final Map<String, Object> GPT2_BYTES =
      Map.of("type", "ByteLevel", "add_prefix_space", false, "use_regex", true);

  @TempDir private Path folder;

  private final Map<String, Object> root = new LinkedHashMap<>();
  private final Map<String, Object> model = new LinkedHashMap<>();
  private final Map<String, Object> configuration = new LinkedHashMap<>();
  private List<String> notes = List.of();

  @BeforeEach
  void prepare() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.put(Character.toString(ByteAlphabet.letter(b)), b);
    }
    for (String token : List.of("he", "ll", "hell", "hello")) {
      vocabulary.put(token, vocabulary.size());
    }
    model.put("type", "BPE");
    model.put("vocab", vocabulary);
    model.put(
        "merges",
        List.of(List.of("h", "e"), List.of("l", "l"), List.of("he", "ll"), List.of("hell", "o")));
    root.put("version", "1.0");
    root.put("added_tokens", List.of(added(260, "<|end|>", true), added(261, "<think>", false)));
    root.put("pre_tokenizer", GPT2_BYTES);
    root.put("decoder", BYTES);
    root.put("model", model);
    configuration.put("eos_token", "<|end|>");
  }

  private static Map<String, Object> added(int id, String text, boolean special) {
    return Map.of("id", id, "content", text, "special", special, "normalized", false);
  }

  private static Map<String, Object> split(String pattern) {
    return Map.of("type", "Split", "pattern", Map.of("Regex", pattern), "behavior", "Isolated");
  }

  private static Map<String, Object> sequence(Object... parts) {
    return Map.of("type", "Sequence", "pretokenizers", List.of(parts));
  }

  private void write(int size, Consumer<Metadata> check) throws IOException {
    JsonMapper json = JsonMapper.shared();
    Files.write(folder.resolve("tokenizer.json"), json.writeValueAsBytes(root));
    Files.write(folder.resolve("tokenizer_config.json"), json.writeValueAsBytes(configuration));
    write(folder, size, check);
  }

  private void write(Path from, int size, Consumer<Metadata> check) {
    Path file = folder.resolve("tokenizer.gguf");
    try (GgufWriter out = new GgufWriter(file)) {
      notes = GgufTokenizerWriter.write(from, size, out);
      out.declare("t", Dtype.F32, 1);
      out.write(MemorySegment.ofArray(new byte[4]));
      out.finish();
    }
    try (TensorStore store = Gguf.open(file)) {
      check.accept(store.metadata());
    }
  }

  @Test
  void idsKindsAndMarksAreThoseOfTheFolder() throws IOException {
    configuration.put("chat_template", "{{ messages }}");
    configuration.put("pad_token", "<|end|>");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [260, 261]}");
    write(
        SIZE,
        metadata -> {
          Tokenizer expected = Tokenizer.fromFolder(folder);
          Tokenizer found = Tokenizer.fromGguf(metadata);
          for (String text : List.of("hello, hello<|end|>", "<think> he said \u00e9 <|end")) {
            assertThat(found.encode(text, true)).isEqualTo(expected.encode(text, true));
            assertThat(found.encode(text, false)).isEqualTo(expected.encode(text, false));
          }
          assertThat(metadata.strings("tokenizer.ggml.tokens")).endsWith("[PAD262]", "[PAD263]");
          long[] kinds = metadata.integers("tokenizer.ggml.token_type");
          assertThat(kinds).hasSize(SIZE).endsWith(1, 3, 4, 5, 5);
          assertThat(metadata.strings("tokenizer.ggml.merges")).contains("he ll").hasSize(4);
          assertThat(metadata.integer("tokenizer.ggml.eos_token_id")).isEqualTo(260);
          assertThat(metadata.integer("tokenizer.ggml.eot_token_id")).isEqualTo(261);
          assertThat(metadata.integer("tokenizer.ggml.padding_token_id")).isEqualTo(260);
          assertThat(metadata.has("tokenizer.ggml.bos_token_id")).isFalse();
          assertThat(metadata.bool("tokenizer.ggml.add_bos_token")).isFalse();
          assertThat(metadata.string("tokenizer.chat_template")).isEqualTo("{{ messages }}");
        });
    assertThat(notes).isEmpty();
  }

  @Test
  void aBeginMarkInFrontIsSaid() throws IOException {
    configuration.put("bos_token", "<|end|>");
    root.put(
        "post_processor",
        Map.of(
            "type", "TemplateProcessing",
            "single",
                List.of(
                    Map.of("SpecialToken", Map.of("id", "<|end|>")),
                    Map.of("Sequence", Map.of("id", "A"))),
            "special_tokens", Map.of("<|end|>", Map.of("ids", List.of(260)))));
    write(
        SIZE,
        metadata -> {
          assertThat(metadata.bool("tokenizer.ggml.add_bos_token")).isTrue();
          assertThat(Tokenizer.fromGguf(metadata).encodeWithSpecials("he"))
              .isEqualTo(Tokenizer.fromFolder(folder).encodeWithSpecials("he"));
        });
  }

  @ParameterizedTest
  @CsvSource({"gpt-2,'',true", "starcoder,digits,", "smollm,digits,false", "starcoder,digits,true"})
  void cutsAreCalledByTheirName(String name, String digits, Boolean cleans) throws IOException {
    if (!digits.isEmpty()) {
      Object cut = Map.of("type", "Digits", "individual_digits", true);
      root.put("pre_tokenizer", sequence(cut, GPT2_BYTES));
    }
    if (cleans != null) {
      configuration.put("clean_up_tokenization_spaces", cleans);
    }
    write(SIZE, metadata -> assertThat(metadata.string("tokenizer.ggml.pre")).isEqualTo(name));
  }

  @Test
  void patternsAndWholePiecesNameTheFamily() throws IOException {
    root.put("pre_tokenizer", sequence(split(PreTokenizerPatterns.LLAMA3.getFirst()), BYTES));
    write(SIZE, metadata -> assertThat(metadata.string("tokenizer.ggml.pre")).isEqualTo("dbrx"));
    model.put("ignore_merges", true);
    root.put("normalizer", Map.of("type", "NFC"));
    write(SIZE, metadata -> assertThat(metadata.string("tokenizer.ggml.pre")).isEqualTo("llama3"));
    assertThat(notes).singleElement().asString().contains("NFC");
  }

  private void refuse(String message) {
    assertThatThrownBy(() -> write(SIZE, metadata -> {}))
        .isInstanceOf(TextException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("tokenizer.gguf")).doesNotExist();
  }

  @Test
  void whatGgufCannotSayIsAnError() {
    root.put("pre_tokenizer", sequence(split("[a-z]+"), BYTES));
    refuse("pre_tokenizer: GGUF has no name for cuts by [[a-z]+]; known are those of");
    root.put("pre_tokenizer", Map.of("type", "ByteLevel"));
    refuse("pre_tokenizer.add_prefix_space");
    root.put("pre_tokenizer", Map.of("type", "Whitespace"));
    refuse("expected cuts, and ByteLevel at the end; found Whitespace");
    root.put("pre_tokenizer", GPT2_BYTES);
    root.put("normalizer", Map.of("type", "Lowercase"));
    refuse("normalizer.type: Lowercase: GGUF has no field for it");
    root.remove("normalizer");
    root.put("decoder", Map.of("type", "Fuse"));
    refuse("decoder.type: expected ByteLevel");
    root.put("decoder", BYTES);
    model.put("byte_fallback", true);
    refuse("model.type: expected byte-level BPE");
  }

  @Test
  void moreTokensThanRowsAreAnError() {
    assertThatThrownBy(() -> write(261, metadata -> {}))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("model.vocab: 262 tokens, but the embedding has 261 rows");
  }

  /// Texts with tokens that take white space along, or stand alone, have no counterpart in GGUF.
  @ParameterizedTest
  @ValueSource(strings = {"hf-bytelevel", "hf-bpe-split"})
  void referenceCasesGiveTheSameIds(String name) {
    Path source = Oracle.folder("tokenizers/" + name);
    Tokenizer expected = Tokenizer.fromFolder(source);
    List<String> differing = new ArrayList<>(List.of("special both", "countable", "Na"));
    write(
        source,
        expected.vocabularySize(),
        metadata -> {
          Tokenizer found = Tokenizer.fromGguf(metadata);
          int compared = 0;
          for (JsonNode one : Oracle.cases(source)) {
            String text = one.get("text").stringValue();
            String composed = java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
            if (differing.stream().noneMatch(text::contains) && composed.equals(text)) {
              assertThat(found.encode(text, true)).as(text).isEqualTo(expected.encode(text, true));
              compared++;
            }
          }
          assertThat(compared).isGreaterThan(20);
        });
    assertThat(notes).anyMatch(note -> note.contains("lstrip of the token <special both>"));
  }
}
