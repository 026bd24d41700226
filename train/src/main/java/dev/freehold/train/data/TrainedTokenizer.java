package dev.freehold.train.data;

import dev.freehold.tensor.Sha256;
import dev.freehold.text.ByteAlphabet;
import dev.freehold.text.TextException;
import dev.freehold.text.TextSplitter;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// A byte-level byte-pair tokenizer that was trained here, as the files that other tools load:
/// `tokenizer.json` and `tokenizer_config.json`.
///
/// Ids: the bytes, then the merges, then the marks. Digits stand alone.
public final class TrainedTokenizer {
  /// How texts are cut before bytes are joined, as GGUF files name it: single digits, and around
  /// them words with the space before them, runs of other signs, white space.
  private static final String PRE = "smollm";

  private static final int BYTES = 256;

  private final byte[] tokenizer;
  private final byte[] configuration;

  private TrainedTokenizer(byte[] tokenizer, byte[] configuration) {
    this.tokenizer = tokenizer;
    this.configuration = configuration;
  }

  /// Trains a tokenizer on the first documents of a source.
  ///
  /// @param documents how many
  /// @param vocabulary size, marks included
  /// @param marks special tokens, cut out of the texts; the last one ends an answer
  /// @param chatTemplate template for the configuration; none where empty
  public static TrainedTokenizer train(
      DocumentSource source,
      long documents,
      int vocabulary,
      List<String> marks,
      String chatTemplate) {
    int merges = vocabulary - BYTES - marks.size();
    if (merges < 0 || marks.isEmpty()) {
      throw new TrainException(
          "tokenizer: a vocabulary of %d has no room for %d bytes and %d marks, of which there must"
                  .formatted(vocabulary, BYTES, marks.size())
              + " be one");
    }
    TextSplitter splitter = TextSplitter.named(PRE);
    TreeMap<String, Long> pieces = new TreeMap<>();
    for (long i = 0; i < documents; i++) {
      for (String text : withoutMarks(source.document(i).text(), marks)) {
        for (String piece : splitter.split(text)) {
          pieces.merge(piece, 1L, Long::sum);
        }
      }
    }
    List<BytePairTrainer.Merge> found = BytePairTrainer.train(pieces, merges);
    if (found.size() < merges) {
      throw new TrainException(
          "tokenizer: a vocabulary of %d needs %d merges, the texts give %d; ask for a smaller one"
              .formatted(vocabulary, merges, found.size()));
    }
    return new TrainedTokenizer(json(found, marks), configuration(marks, chatTemplate));
  }

  private static List<String> withoutMarks(String text, List<String> marks) {
    List<String> parts = List.of(text);
    for (String mark : marks) {
      List<String> cut = new ArrayList<>();
      for (String part : parts) {
        int from = 0;
        for (int at = part.indexOf(mark); at >= 0; at = part.indexOf(mark, from)) {
          cut.add(part.substring(from, at));
          from = at + mark.length();
        }
        cut.add(part.substring(from));
      }
      parts = cut;
    }
    return parts;
  }

  private static byte[] json(List<BytePairTrainer.Merge> merges, List<String> marks) {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < BYTES; b++) {
      tokens.add(Character.toString(ByteAlphabet.letter(b)));
    }
    List<List<String>> pairs = new ArrayList<>();
    for (BytePairTrainer.Merge merge : merges) {
      pairs.add(List.of(tokens.get(merge.left()), tokens.get(merge.right())));
      tokens.add(tokens.get(merge.left()) + tokens.get(merge.right()));
    }
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (String token : tokens) {
      vocabulary.put(token, vocabulary.size());
    }
    if (vocabulary.size() != tokens.size()) {
      throw new TrainException("tokenizer: two merges give the same token");
    }
    List<Map<String, Object>> added = new ArrayList<>();
    for (String mark : marks) {
      Map<String, Object> entry = ordered("id", tokens.size() + added.size(), "content", mark);
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        entry.put(flag, false);
      }
      entry.put("special", true);
      added.add(entry);
    }
    List<Object> cuts = new ArrayList<>();
    for (String pattern : TextSplitter.named(PRE).patterns()) {
      Map<String, Object> split = ordered("type", "Split", "pattern", Map.of("Regex", pattern));
      split.put("behavior", "Isolated");
      split.put("invert", false);
      cuts.add(split);
    }
    Map<String, Object> bytes = ordered("type", "ByteLevel", "add_prefix_space", false);
    bytes.put("trim_offsets", true);
    bytes.put("use_regex", false);
    cuts.add(bytes);
    Map<String, Object> model = ordered("type", "BPE", "byte_fallback", false);
    model.put("fuse_unk", false);
    model.put("vocab", vocabulary);
    model.put("merges", pairs);
    Map<String, Object> root = ordered("version", "1.0", "added_tokens", added);
    root.put("pre_tokenizer", ordered("type", "Sequence", "pretokenizers", cuts));
    root.put("decoder", bytes);
    root.put("model", model);
    return JsonMapper.shared().writeValueAsBytes(root);
  }

  private static byte[] configuration(List<String> marks, String chatTemplate) {
    Map<String, Object> root =
        ordered("tokenizer_class", "PreTrainedTokenizerFast", "eos_token", marks.getLast());
    root.put("clean_up_tokenization_spaces", false);
    if (!chatTemplate.isEmpty()) {
      root.put("chat_template", chatTemplate);
    }
    return JsonMapper.shared().writeValueAsBytes(root);
  }

  private static Map<String, Object> ordered(String a, Object first, String b, Object second) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(a, first);
    map.put(b, second);
    return map;
  }

  /// SHA-256 of both files, one after the other.
  public String digest() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(tokenizer);
    both.writeBytes(configuration);
    return Sha256.of(both.toByteArray());
  }

  /// Writes both files into a folder and reads them as any other program would.
  public Tokenizer write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("tokenizer.json"), tokenizer);
      Files.write(folder.resolve("tokenizer_config.json"), configuration);
      return Tokenizer.fromFolder(folder);
    } catch (IOException e) {
      throw new TrainException("%s: the tokenizer cannot be written: %s".formatted(folder, e), e);
    } catch (TextException e) {
      throw new TrainException("the trained tokenizer cannot be read: " + e.getMessage(), e);
    }
  }
}
