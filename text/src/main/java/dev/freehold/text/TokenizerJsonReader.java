package dev.freehold.text;

import dev.freehold.text.PipelineTokenizer.Facts;
import dev.freehold.text.PipelineTokenizer.Steps;
import dev.freehold.text.unicode.CodePoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Builds a tokenizer from a folder with a `tokenizer.json`, by the rules of the `tokenizers`
/// library.
///
/// Failures: a [TextException] that names the field for kinds that are not known, ids that collide
/// or leave gaps, merges of tokens that are not there.
final class TokenizerJsonReader {
  private static final int MAX_WORD = 1 << 20;

  private final TokenizerJson json;
  private final Fields model;
  private final String kind;
  private Vocabulary vocabulary = Vocabulary.of(List.of(" "), "model.vocab");
  private double[] scores = new double[0];
  private String[] texts = new String[0];
  private List<AddedToken> added = List.of();
  private final BitSet specials = new BitSet();

  private TokenizerJsonReader(TokenizerJson json) {
    this.json = json;
    model = json.model();
    kind = kind(model);
  }

  static Tokenizer read(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new TextException(
          "%s: no tokenizer.json; a tokenizer is read from it or from a GGUF file"
              .formatted(folder));
    }
    return read(TokenizerJson.read(file), SpecialTokens.read(folder));
  }

  static Tokenizer read(TokenizerJson json, SpecialTokens marks) {
    return new TokenizerJsonReader(json).build(marks);
  }

  /// Old files name no type; their fields tell it.
  private static String kind(Fields model) {
    Optional<String> type = model.string("type");
    if (type.isPresent()) {
      return type.get();
    }
    return model.has("max_input_chars_per_word")
        ? "WordPiece"
        : model.has("unk_id") ? "Unigram" : model.has("unk_token") ? "WordLevel" : "BPE";
  }

  private Tokenizer build(SpecialTokens marks) {
    json.requireVersion("1.0");
    readVocabulary();
    readAdded();
    TokenizerJsonParts parts = new TokenizerJsonParts();
    Normalizer normalizer = parts.normalizer(json.part("normalizer"));
    PreTokenizer pre = parts.preTokenizer(json.part("pre_tokenizer"));
    TokenDecoder decoder = parts.decoder(json.part("decoder"));
    Model pieces = model();
    AddedTokens plain =
        new AddedTokens(
            added.stream().filter(token -> !token.normalized()).toList(), AddedToken::text);
    AddedTokens normalized =
        new AddedTokens(
            added.stream().filter(AddedToken::normalized).toList(),
            token -> normalized(normalizer, token));
    String[] decoded = texts.clone();
    BitSet addedIds = new BitSet();
    for (AddedToken token : added) {
      addedIds.set(token.id());
      if (token.normalized()) {
        decoded[token.id()] = normalized(normalizer, token);
      }
    }
    TokenOutput output =
        new LibraryOutput(
            decoded, specials, addedIds, decoder, TokenizerJsonParts.spelling(decoder, pre));
    PostProcessing post = PostProcessing.of(json.part("post_processor"), texts.length);
    OptionalInt bos = id(marks.bosText(), marks.bosIds());
    OptionalInt eos = id(marks.eosText(), marks.eosIds());
    Facts facts =
        new Facts(
            kind,
            json.part("pre_tokenizer").string("type", "none"),
            bos,
            eos,
            stops(eos, marks),
            post.before(),
            post.after());
    return new PipelineTokenizer(
        new Steps(plain, normalizer, normalized, pre, pieces),
        facts,
        Arrays.asList(texts),
        specials,
        output);
  }

  private static String normalized(Normalizer normalizer, AddedToken token) {
    return normalizer.apply(CodePoints.of(token.text(), true)).toString();
  }

  private void readVocabulary() {
    List<String> tokens = json.tokens();
    if (tokens.isEmpty()) {
      throw json.error("model.vocab", "missing or empty");
    }
    boolean unigram = kind.equals("Unigram");
    String[] byId = new String[tokens.size() * 2];
    Arrays.fill(byId, "");
    int size = 0;
    scores = new double[unigram ? tokens.size() : 0];
    for (int i = 0; i < tokens.size(); i++) {
      double number = unigram ? i : json.number(i);
      String field = "model.vocab[\"" + tokens.get(i) + "\"]";
      if (number < 0 || number >= byId.length) {
        throw json.error(
            field,
            "id %.0f; %d tokens may have the ids 0 to %d"
                .formatted(number, tokens.size(), byId.length - 1));
      }
      int id = (int) number;
      if (!byId[id].isEmpty()) {
        throw json.error(field, "id %d is also that of \"%s\"".formatted(id, byId[id]));
      }
      byId[id] = tokens.get(i);
      size = Math.max(size, id + 1);
      if (unigram) {
        scores[id] = json.number(i);
      }
    }
    texts = Arrays.copyOf(byId, size);
    vocabulary = Vocabulary.of(Arrays.asList(texts), "tokenizer.json: model.vocab");
  }

  private void readAdded() {
    List<AddedToken> list = new ArrayList<>();
    List<String> byId = new ArrayList<>(Arrays.asList(texts));
    Set<String> seen = new HashSet<>();
    List<Fields> entries = new ArrayList<>(json.added());
    entries.sort((a, b) -> Integer.compare(a.requiredWhole("id"), b.requiredWhole("id")));
    int last = -1;
    for (Fields entry : entries) {
      int id = entry.requiredWhole("id");
      String text = entry.requiredString("content");
      if (text.isEmpty() || text.length() > AddedTokens.MAX_LENGTH) {
        throw entry.error(
            "content",
            "%d characters, expected 1 to %d".formatted(text.length(), AddedTokens.MAX_LENGTH));
      }
      if (!seen.add(text)) {
        throw entry.error("content", "\"%s\" is there twice".formatted(text));
      }
      if (id == last) {
        throw entry.error("id", "%d is there twice".formatted(id));
      }
      last = id;
      place(entry, id, text, byId);
      boolean special = entry.bool("special", false);
      specials.set(id, special);
      list.add(
          new AddedToken(
              id,
              text,
              entry.bool("single_word", false),
              entry.bool("lstrip", false),
              entry.bool("rstrip", false),
              entry.bool("normalized", !special),
              special));
    }
    added = list;
    texts = byId.toArray(new String[0]);
  }

  private void place(Fields entry, int id, String text, List<String> byId) {
    int known = vocabulary.find(text);
    if (known >= 0 && known != id) {
      throw entry.error("id", "%d, but model.vocab has \"%s\" as %d".formatted(id, text, known));
    }
    if (id > byId.size()) {
      throw entry.error("id", "%d leaves a gap; the next free id is %d".formatted(id, byId.size()));
    }
    if (id == byId.size()) {
      byId.add(text);
    } else if (byId.get(id).isEmpty()) {
      byId.set(id, text);
    } else if (!byId.get(id).equals(text)) {
      throw entry.error("id", "%d is \"%s\" in model.vocab".formatted(id, byId.get(id)));
    }
  }

  private Model model() {
    return switch (kind) {
      case "BPE" -> bytePair();
      case "Unigram" -> unigram();
      case "WordPiece" ->
          new WordPieceModel(
              vocabulary,
              specials,
              unknown(model.string("unk_token", "[UNK]")),
              "",
              model.string("continuing_subword_prefix", "##"),
              Math.min(MAX_WORD, model.whole("max_input_chars_per_word", 100)));
      case "WordLevel" -> {
        int unknown = vocabulary.find(model.string("unk_token", "<unk>"));
        yield new WordLevelModel(vocabulary, specials, unknown);
      }
      default ->
          throw model.error(
              "type",
              "\"%s\" is not supported; supported are BPE, Unigram, WordPiece, WordLevel"
                  .formatted(kind));
    };
  }

  private int unknown(String text) {
    int id = vocabulary.find(text);
    if (id < 0) {
      throw model.error("unk_token", "\"%s\" is not in model.vocab".formatted(text));
    }
    return id;
  }

  private Model bytePair() {
    Optional<String> unknown = model.string("unk_token");
    BytePairModel.Options options =
        new BytePairModel.Options(
            model.bool("ignore_merges", false),
            model.bool("byte_fallback", false),
            model.bool("fuse_unk", false),
            unknown.isEmpty() ? OptionalInt.empty() : OptionalInt.of(unknown(unknown.get())),
            model.string("continuing_subword_prefix", ""),
            model.string("end_of_word_suffix", ""));
    return new BytePairModel(vocabulary, merges(options.prefix().length()), options, specials);
  }

  private MergeTable merges(int prefix) {
    List<String> list = json.merges();
    boolean lines = json.mergesAreLines();
    int count = lines ? list.size() : list.size() / 2;
    MergeTable table = new MergeTable(count);
    int rank = 0;
    for (int i = 0; i < count; i++) {
      int left;
      int right;
      if (lines) {
        String line = list.get(i);
        if (line.startsWith("#version")) {
          continue;
        }
        int space = line.indexOf(' ');
        if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
          throw json.error("model.merges[" + i + "]", "expected two texts with a space between");
        }
        left = vocabulary.find(line, 0, space);
        right = vocabulary.find(line, space + 1, line.length());
      } else {
        left = vocabulary.find(list.get(2 * i));
        right = vocabulary.find(list.get(2 * i + 1));
      }
      boolean known = left >= 0 && right >= 0 && vocabulary.text(right).length() >= prefix;
      int joined = known ? vocabulary.findJoined(left, right, prefix) : -1;
      if (joined < 0) {
        String shown = lines ? list.get(i) : list.get(2 * i) + " " + list.get(2 * i + 1);
        throw json.error(
            "model.merges[" + i + "]",
            "\"%s\" names a token that is not in model.vocab".formatted(shown));
      }
      if (!specials.get(joined)) {
        table.add(left, right, rank, joined, true);
      }
      rank++;
    }
    return table;
  }

  private Model unigram() {
    int unknown = model.has("unk_id") ? model.requiredWhole("unk_id") : -1;
    if (unknown >= vocabulary.size()) {
      throw model.error(
          "unk_id", "%d, but there are %d tokens".formatted(unknown, vocabulary.size()));
    }
    double lowest = Double.POSITIVE_INFINITY;
    BitSet matchable = new BitSet();
    for (int id = 0; id < vocabulary.size(); id++) {
      lowest = Math.min(lowest, scores[id]);
      matchable.set(id, !specials.get(id) && id != unknown);
    }
    int[] bytes =
        model.bool("byte_fallback", false) ? BytePairModel.byteTokens(vocabulary) : new int[0];
    return new UnigramModel(vocabulary, scores, matchable, lowest, unknown, bytes);
  }

  /// The id of a text, or else the first of some ids, if it is there.
  private OptionalInt id(Optional<String> text, List<Integer> ids) {
    if (text.isPresent()) {
      for (int id = texts.length - 1; id >= 0; id--) {
        if (texts[id].equals(text.get())) {
          return OptionalInt.of(id);
        }
      }
    }
    return ids.stream().filter(id -> id < texts.length).mapToInt(Integer::intValue).findFirst();
  }

  private Set<Integer> stops(OptionalInt eos, SpecialTokens marks) {
    Set<Integer> stops = new HashSet<>();
    Set<String> ends = new HashSet<>();
    for (AddedToken token : added) {
      if (token.special() && StopTokens.ENDS.contains(token.text())) {
        stops.add(token.id());
        ends.add(token.text());
      }
    }
    boolean harmony = ends.contains("<|return|>") && ends.contains("<|call|>");
    boolean gemma = ends.contains("<|tool_response>");
    for (AddedToken token : added) {
      boolean inner =
          (harmony && token.text().equals("<|end|>")) || (gemma && token.text().equals("</s>"));
      if (inner) {
        stops.remove(token.id());
      }
    }
    eos.ifPresent(stops::add);
    marks.eosIds().stream().filter(id -> id < texts.length).forEach(stops::add);
    return Set.copyOf(stops);
  }
}
