package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Text to token ids and back, as the model was trained to read it.
///
/// Immutable and safe to share between threads.
public interface Tokenizer {
  /// The tokenizer in the metadata of a GGUF file (`tokenizer.ggml.*`).
  static Tokenizer fromGguf(Metadata metadata) {
    return fromGguf(metadata, Optional.empty());
  }

  /// The same, with tables that were made before.
  ///
  /// @param tables of this file
  static Tokenizer fromGguf(Metadata metadata, Optional<TokenizerTables> tables) {
    return GgufTokenizerReader.read(metadata, tables);
  }

  /// The tokenizer of a Hugging Face folder: `tokenizer.json`, and beside it
  /// `tokenizer_config.json`, `special_tokens_map.json` and `generation_config.json` for the
  /// meaning of the special tokens.
  static Tokenizer fromFolder(Path folder) {
    return TokenizerJsonReader.read(folder);
  }

  int vocabularySize();

  /// The ids of a text; no token that marks begin or end is added.
  ///
  /// Added tokens that are not special are found in any text. For text of users, tools and files
  /// use [#encode(Prompt)].
  ///
  /// @param parseSpecial whether special tokens that stand in the text are recognised
  int[] encode(String text, boolean parseSpecial);

  /// The ids of a prompt: marks are recognised only where every character of the match is trusted;
  /// the rest is segmented as the whole text would be.
  ///
  /// Marks are the special tokens, and other added tokens in angle or square brackets (around tool
  /// calls, thoughts and the like), but not HTML tags.
  int[] encode(Prompt prompt);

  /// The ids of a text (special tokens recognised) with what the model wants around it by default:
  /// begin and end marks, or the template of the tokenizer.json post-processor.
  int[] encodeWithSpecials(String text);

  /// The text of ids.
  ///
  /// @param showSpecial whether special tokens appear in the text
  String decode(int[] ids, boolean showSpecial);

  /// The bytes that a token stands for in the text.
  byte[] tokenBytes(int id);

  /// The token as the vocabulary writes it.
  String tokenText(int id);

  /// Whether the token is a mark rather than text.
  boolean isSpecial(int id);

  StreamDecoder streamDecoder(boolean showSpecial);

  OptionalInt bosId();

  OptionalInt eosId();

  /// The ids that end an answer: end of text, of turn, of message.
  Set<Integer> stopIds();

  /// Whether the model wants the begin mark in front of a text.
  boolean addsBos();

  /// The kind of model, as the file names it: `gpt2`, `llama`, `t5`, `bert` of GGUF, `BPE`,
  /// `Unigram`, `WordPiece`, `WordLevel` of tokenizer.json.
  String kind();

  /// The pre-tokenizer as the file names it, or `none`.
  String preTokenizer();
}
