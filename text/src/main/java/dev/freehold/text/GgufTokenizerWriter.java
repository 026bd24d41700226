package dev.freehold.text;

import dev.freehold.tensor.GgufWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Writes the tokenizer and the chat templates of a Hugging Face folder as the keys
/// `tokenizer.ggml.*` and `tokenizer.chat_template` of a GGUF file.
///
/// Byte-level byte-pair vocabularies only, whose way to cut texts has a name in GGUF. Ids beyond
/// the vocabulary, up to the rows of the embedding, become unused tokens `[PADn]`.
///
/// Failures: a [TextException] that names the field for what a GGUF file cannot say.
///
/// Source: the GGUF specification of ggml (`docs/gguf.md`); llama.cpp, `llama-vocab.cpp`.
public final class GgufTokenizerWriter {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final String SINGLE_DIGITS = "\\p{N}";

  private final Path folder;
  private final GgufWriter out;
  private final TokenizerJson json;
  private final Tokenizer tokenizer;
  private final List<String> notes = new ArrayList<>();

  private GgufTokenizerWriter(Path folder, GgufWriter out) {
    this.folder = folder;
    this.out = out;
    tokenizer = Tokenizer.fromFolder(folder);
    json = TokenizerJson.read(folder.resolve("tokenizer.json"));
  }

  /// @param folder with `tokenizer.json` and the files beside it
  /// @param size rows of the embedding
  /// @return what readers of the GGUF file will do in another way, one sentence each
  public static List<String> write(Path folder, int size, GgufWriter out) {
    GgufTokenizerWriter writer = new GgufTokenizerWriter(folder, out);
    writer.writeVocabulary(size);
    writer.writeMarks();
    writer.writeTemplates();
    return List.copyOf(writer.notes);
  }

  private void writeVocabulary(int size) {
    Fields model = json.model();
    if (!tokenizer.kind().equals("BPE") || model.bool("byte_fallback", false)) {
      throw model.error("type", "expected byte-level BPE, which is what is written to GGUF");
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.string(affix, "").isEmpty()) {
        throw model.error(affix, "GGUF has no field for it; expected none");
      }
    }
    Fields decoder = json.part("decoder");
    if (!decoder.string("type", "").equals("ByteLevel")) {
      throw decoder.error("type", "expected ByteLevel");
    }
    checkNormalizer();
    out.put(PREFIX + "model", "gpt2");
    out.put(PREFIX + "pre", family(model).label());
    writeTokens(size);
    out.put(PREFIX + "merges", merges());
  }

  private void checkNormalizer() {
    Fields normalizer = json.part("normalizer");
    if (normalizer.values().isEmpty()) {
      return;
    }
    String type = normalizer.requiredString("type");
    if (!type.equals("NFC")) {
      throw normalizer.error("type", type + ": GGUF has no field for it; expected none or NFC");
    }
    notes.add("readers of GGUF take texts as they are, where tokenizer.json brings them into NFC");
  }

  private PreTokenizerFamily family(Fields model) {
    List<String> patterns = patterns(json.part("pre_tokenizer"));
    Optional<Boolean> cleans = SpecialTokens.flag(folder, "clean_up_tokenization_spaces");
    return PreTokenizerFamily.of(patterns, model.bool("ignore_merges", false), cleans)
        .orElseThrow(() ->
            json.error(
                "pre_tokenizer",
                "GGUF has no name for cuts by %s; known are those of %s"
                    .formatted(patterns, String.join(", ", PreTokenizerFamily.names()))));
  }

  /// The patterns of a pre-tokenizer that cuts by some and then spells bytes.
  private static List<String> patterns(Fields fields) {
    boolean sequence = fields.string("type", "").equals("Sequence");
    List<Fields> parts = sequence ? fields.objects("pretokenizers") : List.of(fields);
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Fields part = parts.get(i);
      String type = part.string("type", "none");
      boolean last = i == parts.size() - 1;
      if (last != type.equals("ByteLevel")) {
        throw part.error("type", "expected cuts, and ByteLevel at the end; found " + type);
      }
      switch (type) {
        case "Split" -> patterns.add(splitPattern(part));
        case "Digits" -> {
          if (!part.bool("individual_digits", false)) {
            throw part.error("individual_digits", "GGUF has no name for cuts around numbers");
          }
          patterns.add(SINGLE_DIGITS);
        }
        case "ByteLevel" -> {
          if (part.bool("add_prefix_space", true)) {
            throw part.error("add_prefix_space", "GGUF has no field for it; expected false");
          }
          if (part.bool("use_regex", true)) {
            patterns.addAll(PreTokenizerPatterns.GPT2);
          }
        }
        default -> throw part.error("type", "GGUF has no name for cuts of the kind " + type);
      }
    }
    return patterns;
  }

  private static String splitPattern(Fields part) {
    String behavior = part.string("behavior", "Isolated");
    if (part.bool("invert", false) || !behavior.equals("Isolated")) {
      throw part.error("behavior", "GGUF knows cuts around matches alone: Isolated, not inverted");
    }
    return part.object("pattern").requiredString("Regex");
  }

  private void writeTokens(int size) {
    int known = tokenizer.vocabularySize();
    if (known > size) {
      throw json.error(
          "model.vocab",
          "%d tokens, but the embedding has %d rows; each token needs one".formatted(known, size));
    }
    Set<Integer> added = new HashSet<>();
    for (Fields token : json.added()) {
      int id = token.requiredWhole("id");
      added.add(id);
      for (String flag : List.of("single_word", "lstrip", "rstrip")) {
        if (token.bool(flag, false)) {
          notes.add(
              "%s of the token %s has no field in GGUF".formatted(flag, tokenizer.tokenText(id)));
        }
      }
    }
    List<String> texts = new ArrayList<>();
    int[] kinds = new int[size];
    for (int id = 0; id < size; id++) {
      String text = id < known ? tokenizer.tokenText(id) : "";
      TokenKind kind =
          text.isEmpty()
              ? TokenKind.UNUSED
              : tokenizer.isSpecial(id)
                  ? TokenKind.CONTROL
                  : added.contains(id) ? TokenKind.USER_DEFINED : TokenKind.NORMAL;
      texts.add(text.isEmpty() ? "[PAD" + id + "]" : text);
      kinds[id] = kind.number();
    }
    if (new HashSet<>(texts).size() != size) {
      throw json.error("model.vocab", "a token is called like one that fills a gap, [PADn]");
    }
    out.put(PREFIX + "tokens", texts);
    out.put(PREFIX + "token_type", kinds);
  }

  private List<String> merges() {
    List<String> parts = json.merges();
    if (json.mergesAreLines()) {
      return parts.stream().filter(line -> !line.startsWith("#version")).toList();
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < parts.size(); i += 2) {
      String left = parts.get(i);
      String right = parts.get(i + 1);
      if (left.indexOf(' ') >= 0 || right.indexOf(' ') >= 0) {
        throw json.error(
            "model.merges[" + i / 2 + "]", "a text with a space, which byte-level tokens have not");
      }
      lines.add(left + " " + right);
    }
    return lines;
  }

  private void writeMarks() {
    PostProcessing post =
        PostProcessing.of(json.part("post_processor"), tokenizer.vocabularySize());
    OptionalInt bos = named(tokenizer.bosId(), post.before());
    OptionalInt eos = named(tokenizer.eosId(), post.after());
    bos.ifPresent(id -> out.put(PREFIX + "bos_token_id", id));
    eos.ifPresent(id -> out.put(PREFIX + "eos_token_id", id));
    List<Integer> further =
        SpecialTokens.read(folder).eosIds().stream()
            .filter(id -> id < tokenizer.vocabularySize() && id != eos.orElse(-1))
            .toList();
    if (!further.isEmpty()) {
      out.put(PREFIX + "eot_token_id", further.getFirst());
    }
    if (further.size() > 1) {
      notes.add(
          "GGUF names two tokens that end an answer; left out are "
              + further.stream().skip(1).map(tokenizer::tokenText).toList());
    }
    writeNamed("pad_token", "padding_token_id");
    writeNamed("unk_token", "unknown_token_id");
    out.put(PREFIX + "add_bos_token", adds("in front", post.before(), bos));
    out.put(PREFIX + "add_eos_token", adds("behind", post.after(), eos));
  }

  /// A mark by its name, or else the one token that is put around texts.
  private static OptionalInt named(OptionalInt mark, int[] added) {
    return mark.isEmpty() && added.length == 1 ? OptionalInt.of(added[0]) : mark;
  }

  private boolean adds(String where, int[] ids, OptionalInt mark) {
    boolean one = ids.length == 1 && mark.isPresent() && ids[0] == mark.getAsInt();
    if (ids.length > 0 && !one) {
      throw json.error(
          "post_processor",
          "puts other tokens %s of a text than the begin or end mark, for which GGUF has no field"
              .formatted(where));
    }
    return one;
  }

  private void writeNamed(String mark, String key) {
    Optional<String> text = SpecialTokens.text(folder, mark);
    for (int id = 0; text.isPresent() && id < tokenizer.vocabularySize(); id++) {
      if (tokenizer.tokenText(id).equals(text.get())) {
        out.put(PREFIX + key, id);
        return;
      }
    }
  }

  private void writeTemplates() {
    Map<String, String> sources = ChatTemplates.fromFolder(folder).sources();
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, String> template : sources.entrySet()) {
      if (template.getKey().equals("default")) {
        out.put(TEMPLATE, template.getValue());
      } else {
        others.add(template.getKey());
        out.put(TEMPLATE + "." + template.getKey(), template.getValue());
      }
    }
    if (!others.isEmpty()) {
      out.put("tokenizer.chat_templates", others);
    }
  }
}
