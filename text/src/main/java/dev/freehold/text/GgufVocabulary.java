package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.PackedStrings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The tokens of a GGUF file with their kinds, set right by their texts as llama.cpp does.
final class GgufVocabulary {
  private static final String PREFIX = "tokenizer.ggml.";

  private final Vocabulary tokens;
  private final TokenKind[] kinds;
  private final Set<Integer> stops = new HashSet<>();
  private final BitSet specials;

  private GgufVocabulary(Vocabulary tokens, TokenKind[] kinds) {
    this.tokens = tokens;
    this.kinds = kinds;
    markByText();
    specials = textual(TokenKind.CONTROL, TokenKind.UNKNOWN);
  }

  static GgufVocabulary read(Metadata metadata, Optional<TokenizerTables> tables) {
    List<String> list = metadata.strings(PREFIX + "tokens");
    Vocabulary tokens =
        tables.isPresent()
            ? Vocabulary.of(PackedStrings.of(list), tables.get())
            : Vocabulary.of(list, PREFIX + "tokens");
    TokenKind[] kinds = new TokenKind[list.size()];
    long[] numbers = new long[0];
    if (metadata.has(PREFIX + "token_type")) {
      numbers = metadata.integers(PREFIX + "token_type");
      requireLength("token_type", numbers.length, kinds.length);
    }
    for (int id = 0; id < kinds.length; id++) {
      kinds[id] = numbers.length == 0 ? TokenKind.NORMAL : TokenKind.of(numbers[id], id);
    }
    return new GgufVocabulary(tokens, kinds);
  }

  private static void requireLength(String name, int found, int expected) {
    if (found != expected) {
      throw new TextException(
          "%s%s: expected %d values, one per token, found %d"
              .formatted(PREFIX, name, expected, found));
    }
  }

  private void markByText() {
    StopTokens.FILL.forEach(text -> mark(text, false));
    StopTokens.FILL_ENDS.forEach(text -> mark(text, true));
    StopTokens.ENDS.forEach(text -> mark(text, true));
    for (String text : StopTokens.SHOWN) {
      int id = tokens.find(text);
      if (id >= 0) {
        kinds[id] = TokenKind.USER_DEFINED;
      }
    }
    boolean harmony = stops("<|return|>") && stops("<|call|>");
    boolean solar = (stops("<|call|>") || stops("<|calls|>")) && stops("<|flush|>");
    if (harmony || solar) {
      unmark("<|end|>", TokenKind.USER_DEFINED);
    }
    if (stops("<|tool_response>")) {
      unmark("</s>", TokenKind.NORMAL);
    }
  }

  private void mark(String text, boolean stop) {
    int id = tokens.find(text);
    if (id >= 0) {
      kinds[id] = TokenKind.CONTROL;
      if (stop) {
        stops.add(id);
      }
    }
  }

  private boolean stops(String text) {
    return stops.contains(tokens.find(text));
  }

  private void unmark(String text, TokenKind kind) {
    int id = tokens.find(text);
    if (id >= 0) {
      stops.remove(id);
      kinds[id] = kind;
    }
  }

  Vocabulary tokens() {
    return tokens;
  }

  List<String> texts() {
    return tokens.texts();
  }

  TokenKind[] kinds() {
    return kinds;
  }

  Set<Integer> stops() {
    return stops;
  }

  /// The ids of control and unknown tokens; not to be changed.
  BitSet specials() {
    return specials;
  }

  /// The ids of tokens of some kinds.
  BitSet textual(TokenKind... wanted) {
    boolean[] set = new boolean[TokenKind.values().length];
    for (TokenKind kind : wanted) {
      set[kind.ordinal()] = true;
    }
    BitSet ids = new BitSet(kinds.length);
    for (int id = 0; id < kinds.length; id++) {
      if (set[kinds[id].ordinal()]) {
        ids.set(id);
      }
    }
    return ids;
  }

  float[] scores(String field, Metadata metadata) {
    float[] scores = new float[kinds.length];
    if (!metadata.has(field)) {
      return scores;
    }
    boolean integers = metadata.asMap().get(field) instanceof long[];
    double[] values = integers ? new double[0] : metadata.reals(field);
    long[] whole = integers ? metadata.integers(field) : new long[0];
    requireLength("scores", integers ? whole.length : values.length, kinds.length);
    for (int id = 0; id < scores.length; id++) {
      scores[id] = integers ? whole[id] : (float) values[id];
      if (Float.isNaN(scores[id])) {
        throw new TextException("%s: token %d has the score NaN".formatted(field, id));
      }
    }
    return scores;
  }

  /// The token of each byte: `<0xXX>`, or the byte as a character, or the unknown token.
  int[] byteTokens(OptionalInt unknown) {
    int[] ids = BytePairModel.byteTokens(tokens);
    for (int b = 0; b < ids.length; b++) {
      if (ids[b] < 0) {
        ids[b] = b < 128 ? tokens.find(String.valueOf((char) b)) : -1;
      }
      if (ids[b] < 0) {
        ids[b] =
            unknown.orElseThrow(() ->
                new TextException(
                    PREFIX + "tokens: no byte tokens <0x00> to <0xFF> and no unknown token"));
      }
    }
    return ids;
  }

  OptionalInt inRange(int id) {
    return id >= 0 && id < kinds.length ? OptionalInt.of(id) : OptionalInt.empty();
  }

  /// The id that a key names, or else a default if it is in range.
  OptionalInt id(Metadata metadata, String name, int otherwise) {
    if (!metadata.has(PREFIX + name)) {
      return inRange(otherwise);
    }
    long id = metadata.integer(PREFIX + name);
    if (id < 0 || id >= kinds.length) {
      throw new TextException(
          "%s%s: id %d, but the vocabulary has the ids 0 to %d"
              .formatted(PREFIX, name, id, kinds.length - 1));
    }
    return OptionalInt.of((int) id);
  }

  /// The tokens that are looked for in the text; some models strip white space around them.
  List<AddedToken> added(String modelName, String pre) {
    boolean phi3 = modelName.contains("phi-3") || modelName.contains("phi3");
    boolean jina = pre.startsWith("jina-v2-");
    boolean modernBert = modelName.contains("modern-bert");
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < kinds.length; id++) {
      TokenKind kind = kinds[id];
      if (kind == TokenKind.NORMAL) {
        continue; // of hundreds of thousands all but a few
      }
      boolean mark = kind.isMark();
      if ((!mark && kind != TokenKind.USER_DEFINED) || tokens.text(id).isEmpty()) {
        continue;
      }
      String text = tokens.text(id);
      if (text.length() > AddedTokens.MAX_LENGTH) {
        throw new TextException(
            "%stokens: token %d is looked for in texts, but has %d characters; at most %d are taken"
                .formatted(PREFIX, id, text.length(), AddedTokens.MAX_LENGTH));
      }
      boolean left = (jina && text.equals("<mask>")) || (modernBert && text.equals("[MASK]"));
      boolean right = phi3 && !Set.of("<unk>", "<s>", "<|endoftext|>").contains(text);
      added.add(new AddedToken(id, text, false, left, right, false, mark));
    }
    return added;
  }
}
