package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small tokenizers as GGUF metadata.
final class GgufKeys {
  private final Map<String, Object> keys = new LinkedHashMap<>();

  GgufKeys with(String name, Object value) {
    keys.put("tokenizer.ggml." + name, value);
    return this;
  }

  Metadata metadata() {
    return new Metadata(keys);
  }

  Tokenizer open() {
    return Tokenizer.fromGguf(metadata());
  }

  /// All byte letters, `he`, `hell`, `hello`, ` w`, and the control tokens `<|im_start|>`,
  /// `<|im_end|>`; the user-defined `<tool_call>`; the normal token `<b>`.
  static GgufKeys bytePair() {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(Character.toString(ByteAlphabet.letter(b)));
    }
    List<String> merges = List.of("h e", "l l", "he ll", "hell o", "\u0120 w");
    merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
    int first = tokens.size();
    tokens.addAll(List.of("<|im_start|>", "<|im_end|>", "<tool_call>", "<b>"));
    long[] types = new long[tokens.size()];
    Arrays.fill(types, 1);
    types[first] = 3;
    types[first + 1] = 3;
    types[first + 2] = 4;
    types[first + 3] = 4;
    return new GgufKeys()
        .with("model", "gpt2")
        .with("pre", "gpt-2")
        .with("tokens", tokens)
        .with("token_type", types)
        .with("merges", merges)
        .with("eos_token_id", (long) first + 1);
  }

  /// `<unk>`, `<s>`, `</s>`, the byte tokens, and some pieces with scores.
  static GgufKeys sentencePiece() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    tokens.addAll(
        List.of("\u2581", "a", "b", "ab", "\u2581a", "\u2581ab", "</", "s", ">", "</s", "<"));
    double[] scores = new double[tokens.size()];
    long[] types = new long[tokens.size()];
    for (int id = 0; id < tokens.size(); id++) {
      types[id] = id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1;
      scores[id] = -id;
    }
    return new GgufKeys()
        .with("model", "llama")
        .with("tokens", tokens)
        .with("token_type", types)
        .with("scores", scores);
  }
}
