package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.PackedStrings;
import dev.freehold.text.PipelineTokenizer.Facts;
import dev.freehold.text.PipelineTokenizer.Steps;
import dev.freehold.text.PreTokenizerFamily.Trait;
import dev.freehold.text.regex.Regex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Builds a tokenizer from the keys `tokenizer.ggml.*` of a GGUF file, by llama.cpp's rules.
///
/// Failures: a [TextException] that names the key for lists of unequal length, ids beyond the
/// vocabulary, merges of tokens that are not there, duplicate tokens, unknown models and families.
final class GgufTokenizerReader {
  private static final String GPT2 = "gpt2";
  private static final String GEMMA4 = "gemma4";
  private static final Set<String> BYTE_PAIRS = Set.of(GPT2, GEMMA4);
  private static final String PREFIX = "tokenizer.ggml.";
  private static final Normalizer UNCHANGED = new Normalizer.Sequence(List.of());
  private static final PreTokenizer WHOLE = new PreTokenizer.Sequence(List.of());
  private static final int SPACE = 0x2581;

  private final Metadata metadata;
  private final String model;
  private final GgufVocabulary vocabulary;
  private final Optional<TokenizerTables> tables;

  private GgufTokenizerReader(Metadata metadata, Optional<TokenizerTables> tables) {
    this.metadata = metadata;
    this.tables = tables;
    model = metadata.string(PREFIX + "model");
    vocabulary = GgufVocabulary.read(metadata, tables);
  }

  /// @param tables of byte pairs, where they were made before
  static Tokenizer read(Metadata metadata, Optional<TokenizerTables> tables) {
    return new GgufTokenizerReader(metadata, tables).read();
  }

  /// The byte pairs of a file whose tokenizer has some.
  static Optional<BytePairModel> bytePairs(Metadata metadata) {
    GgufTokenizerReader reader = new GgufTokenizerReader(metadata, Optional.empty());
    return BYTE_PAIRS.contains(reader.model)
        ? Optional.of(reader.pairs(reader.family()))
        : Optional.empty();
  }

  private Tokenizer read() {
    return switch (model) {
      case GPT2, GEMMA4 -> bytePair();
      case "llama" -> sentencePiece();
      case "t5" -> unigram();
      case "bert" -> wordPiece();
      default ->
          throw new TextException(
              PREFIX
                  + "model: \"%s\" is not supported; supported are gpt2, gemma4, llama, t5, bert"
                      .formatted(model));
    };
  }

  private String familyName() {
    return model.equals(GEMMA4) ? GEMMA4 : metadata.string(PREFIX + "pre", "default");
  }

  private PreTokenizerFamily family() {
    String name = familyName();
    return PreTokenizerFamily.named(name.isEmpty() ? "default" : name)
        .orElseThrow(() ->
            new TextException(
                PREFIX
                    + "pre: \"%s\" is not known; known are %s"
                        .formatted(name, String.join(", ", PreTokenizerFamily.names()))));
  }

  private BytePairModel pairs(PreTokenizerFamily family) {
    boolean letters = !family.has(Trait.ESCAPED_SPACE) && !family.has(Trait.RAW);
    BytePairModel.Options options =
        new BytePairModel.Options(
            family.has(Trait.IGNORE_MERGES),
            !letters,
            false,
            vocabulary.id(metadata, "unknown_token_id", -1),
            "",
            "");
    return new BytePairModel(vocabulary.tokens(), merges(), options, vocabulary.specials());
  }

  private Tokenizer bytePair() {
    String name = familyName();
    PreTokenizerFamily family = family();
    boolean escaped = family.has(Trait.ESCAPED_SPACE);
    boolean letters = !escaped && !family.has(Trait.RAW);
    List<PreTokenizer> cuts = new ArrayList<>();
    for (String pattern : family.patterns()) {
      cuts.add(new PreTokenizer.Split(Regex.compile(pattern), Cuts.Behavior.ISOLATED, false));
    }
    if (letters) {
      cuts.add(new PreTokenizer.ByteLevel(false, false));
    }
    BytePairModel pairs = pairs(family);
    Model pieces = family.has(Trait.NEWLINES_WHOLE) ? new NewlineModel(pairs) : pairs;
    GgufOutput output =
        new GgufOutput(
            vocabulary.tokens(),
            vocabulary.kinds(),
            letters ? GgufOutput.Spelling.BYTE_LEVEL : GgufOutput.Spelling.ESCAPED_SPACE,
            flag("add_space_prefix", false),
            !family.has(Trait.KEEP_SPACES));
    boolean addBos = flag("add_bos_token", family.has(Trait.ADD_BOS));
    Normalizer normalizer = escaped ? new Normalizer.ReplaceOne(' ', SPACE) : UNCHANGED;
    return tokenizer(
        normalizer,
        new PreTokenizer.Sequence(cuts),
        pieces,
        output,
        facts(
            metadata.has(PREFIX + "pre") ? name : "default (none named)",
            OptionalInt.empty(),
            OptionalInt.empty(),
            addBos || family.has(Trait.ALWAYS_BOS),
            flag("add_eos_token", false)));
  }

  private MergeTable merges() {
    String field = PREFIX + "merges";
    if (tables.isPresent()) {
      return new MergeTable(tables.get().merges(metadata.strings(field).size()));
    }
    PackedStrings list = PackedStrings.of(metadata.strings(field));
    byte[] bytes = list.bytes();
    int[] ends = list.ends();
    MergeTable table = new MergeTable(ends.length);
    Vocabulary tokens = vocabulary.tokens();
    BitSet specials = vocabulary.specials();
    int from = 0;
    for (int rank = 0; rank < ends.length; rank++) {
      int to = ends[rank];
      // The first character may be a space itself.
      int space = from + 1;
      while (space < to && bytes[space] != ' ') {
        space++;
      }
      int left = space < to ? tokens.find(bytes, from, space) : -1;
      int right = left < 0 ? -1 : tokens.find(bytes, space + 1, to);
      int joined = right < 0 ? -1 : tokens.findJoined(left, right);
      if (joined < 0) {
        throw new TextException(
            "%s: merge %d, \"%s\", names a token that is not in the vocabulary"
                .formatted(field, rank, list.get(rank)));
      }
      if (!specials.get(joined)) {
        table.add(left, right, rank, joined, false);
      }
      from = to;
    }
    return table;
  }

  private Tokenizer sentencePiece() {
    boolean prefixed = flag("add_space_prefix", true);
    List<Normalizer> normalizers = new ArrayList<>();
    if (prefixed) {
      normalizers.add(new Normalizer.Prepend(" "));
    }
    normalizers.add(new Normalizer.ReplaceOne(' ', SPACE));
    OptionalInt unknown = vocabulary.id(metadata, "unknown_token_id", 0);
    Model pieces =
        new SentencePieceModel(
            vocabulary.tokens(),
            vocabulary.scores(PREFIX + "scores", metadata),
            vocabulary.textual(TokenKind.NORMAL, TokenKind.USER_DEFINED, TokenKind.UNUSED),
            vocabulary.byteTokens(unknown));
    GgufOutput output =
        new GgufOutput(
            vocabulary.tokens(),
            vocabulary.kinds(),
            GgufOutput.Spelling.ESCAPED_SPACE,
            prefixed,
            false);
    return tokenizer(
        new Normalizer.Sequence(normalizers),
        WHOLE,
        pieces,
        output,
        facts(
            "none",
            vocabulary.inRange(1),
            vocabulary.inRange(2),
            flag("add_bos_token", true),
            flag("add_eos_token", false)));
  }

  private Tokenizer unigram() {
    float[] scores = vocabulary.scores(PREFIX + "scores", metadata);
    BitSet matchable =
        vocabulary.textual(TokenKind.NORMAL, TokenKind.USER_DEFINED, TokenKind.UNUSED);
    double[] sums = new double[scores.length];
    double lowest = Double.POSITIVE_INFINITY;
    for (int id = 0; id < scores.length; id++) {
      sums[id] = vocabulary.kinds()[id] == TokenKind.USER_DEFINED ? 0 : scores[id];
      if (vocabulary.kinds()[id] == TokenKind.NORMAL) {
        lowest = Math.min(lowest, scores[id]);
      }
    }
    int unknown = vocabulary.id(metadata, "unknown_token_id", 2).orElse(-1);
    Model pieces =
        new UnigramModel(vocabulary.tokens(), sums, matchable, (float) lowest, unknown, new int[0]);
    boolean prefixed = flag("add_space_prefix", false);
    Normalizer normalizer =
        new Normalizer.SentencePiece(charsMap(), prefixed, flag("remove_extra_whitespaces", false));
    GgufOutput output =
        new GgufOutput(
            vocabulary.tokens(),
            vocabulary.kinds(),
            GgufOutput.Spelling.ESCAPED_SPACE,
            prefixed,
            false);
    return tokenizer(
        normalizer,
        WHOLE,
        pieces,
        output,
        facts(
            "none",
            OptionalInt.empty(),
            vocabulary.inRange(1),
            flag("add_bos_token", false),
            flag("add_eos_token", true)));
  }

  private CharsMap charsMap() {
    String field = PREFIX + "precompiled_charsmap";
    if (!metadata.has(field)) {
      return CharsMap.NONE;
    }
    long[] values = metadata.integers(field);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return CharsMap.of(bytes, field);
  }

  private Tokenizer wordPiece() {
    boolean lower = flag("normalizer.lowercase", true);
    Normalizer normalizer =
        new Normalizer.Bert(true, true, flag("normalizer.strip_accents", lower), lower);
    OptionalInt unknown = vocabulary.id(metadata, "unknown_token_id", 100);
    if (unknown.isEmpty()) {
      throw new TextException(PREFIX + "unknown_token_id: a bert vocabulary needs one");
    }
    Model pieces =
        new WordPieceModel(
            vocabulary.tokens(),
            vocabulary.specials(),
            unknown.getAsInt(),
            "\u2581",
            "",
            Integer.MAX_VALUE);
    GgufOutput output =
        new GgufOutput(
            vocabulary.tokens(),
            vocabulary.kinds(),
            GgufOutput.Spelling.ESCAPED_SPACE,
            flag("add_space_prefix", false),
            true);
    OptionalInt begin = vocabulary.id(metadata, "bos_token_id", 101);
    OptionalInt separator = vocabulary.id(metadata, "seperator_token_id", 102);
    Facts facts = facts("bert", vocabulary.inRange(101), OptionalInt.empty(), true, false);
    return tokenizer(
        normalizer,
        new PreTokenizer.Bert(),
        pieces,
        output,
        new Facts(
            facts.kind(),
            facts.preTokenizer(),
            begin,
            facts.eos(),
            facts.stops(),
            begin.stream().toArray(),
            separator.stream().toArray()));
  }

  private boolean flag(String name, boolean otherwise) {
    return metadata.bool(PREFIX + name, otherwise);
  }

  private Facts facts(
      String pre, OptionalInt bos, OptionalInt eos, boolean addBos, boolean addEos) {
    OptionalInt begin = vocabulary.id(metadata, "bos_token_id", bos.orElse(-1));
    OptionalInt end = vocabulary.id(metadata, "eos_token_id", eos.orElse(-1));
    require(addBos, begin, "add_bos_token", "bos_token_id");
    require(addEos, end, "add_eos_token", "eos_token_id");
    Set<Integer> stops = new HashSet<>(vocabulary.stops());
    end.ifPresent(stops::add);
    for (String name : List.of("eot_token_id", "eom_token_id")) {
      vocabulary.id(metadata, name, -1).ifPresent(stops::add);
    }
    return new Facts(
        model,
        pre,
        begin,
        end,
        Set.copyOf(stops),
        addBos ? begin.stream().toArray() : new int[0],
        addEos ? end.stream().toArray() : new int[0]);
  }

  private static void require(boolean wanted, OptionalInt id, String flag, String field) {
    if (wanted && id.isEmpty()) {
      throw new TextException(
          "%s%s is true, but there is no %s%s".formatted(PREFIX, flag, PREFIX, field));
    }
  }

  private Tokenizer tokenizer(
      Normalizer normalizer, PreTokenizer pre, Model pieces, TokenOutput output, Facts facts) {
    String name = metadata.string("general.name", "").toLowerCase(Locale.ROOT);
    AddedTokens added =
        new AddedTokens(vocabulary.added(name, facts.preTokenizer()), AddedToken::text);
    AddedTokens none = new AddedTokens(List.of(), AddedToken::text);
    Steps steps = new Steps(added, normalizer, none, pre, pieces);
    return new PipelineTokenizer(steps, facts, vocabulary.texts(), vocabulary.specials(), output);
  }
}
