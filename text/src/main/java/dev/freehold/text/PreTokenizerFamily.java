package dev.freehold.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The families of byte-pair vocabularies that `tokenizer.ggml.pre` names, and what follows from
/// the name. Source: llama.cpp, `llama-vocab.cpp`.
enum PreTokenizerFamily {
  DEFAULT(PreTokenizerPatterns.DEFAULT, "default"),
  LLAMA3(
      PreTokenizerPatterns.LLAMA3,
      "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
      Trait.IGNORE_MERGES,
      Trait.ADD_BOS),
  LLAMA3_PLAIN(PreTokenizerPatterns.LLAMA3, "dbrx smaug-bpe glm4 chatglm-bpe"),
  JAIS2(PreTokenizerPatterns.JAIS2, "jais-2"),
  MINICPM5(PreTokenizerPatterns.MINICPM5, "minicpm5", Trait.IGNORE_MERGES),
  DEEPSEEK_LLM(PreTokenizerPatterns.DEEPSEEK_LLM, "deepseek-llm", Trait.KEEP_SPACES),
  DEEPSEEK_CODER(PreTokenizerPatterns.DEEPSEEK_CODER, "deepseek-coder", Trait.KEEP_SPACES),
  DEEPSEEK3(
      PreTokenizerPatterns.DEEPSEEK3,
      "deepseek-v3 hunyuan-dense joyai-llm hy_v4",
      Trait.KEEP_SPACES),
  SPARK(PreTokenizerPatterns.SPARK, "spark2_5", Trait.KEEP_SPACES),
  YOUTU(PreTokenizerPatterns.YOUTU, "youtu", Trait.KEEP_SPACES, Trait.IGNORE_MERGES),
  FALCON(PreTokenizerPatterns.FALCON, "falcon"),
  STARCODER(
      PreTokenizerPatterns.DIGITS_THEN_GPT2,
      "starcoder refact codeshell exaone minerva-7b mellum2"),
  SMOLLM(PreTokenizerPatterns.DIGITS_THEN_GPT2, "smollm command-r", Trait.KEEP_SPACES),
  GPT2(
      PreTokenizerPatterns.GPT2,
      "gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert mpt"
          + " olmo jais jina-v1-en jina-v2-code roberta-bpe exaone4"),
  GPT2_SPACES(PreTokenizerPatterns.GPT2, "trillion granite-docling", Trait.KEEP_SPACES),
  QWEN2(
      PreTokenizerPatterns.QWEN2,
      "qwen2 deepseek-r1-qwen kormo f2llmv2 hunyuan solar-open grok-2",
      Trait.KEEP_SPACES),
  STABLELM2(PreTokenizerPatterns.QWEN2, "stablelm2 megrez"),
  QWEN35(PreTokenizerPatterns.QWEN35, "qwen35", Trait.KEEP_SPACES),
  UFAKZEKA(PreTokenizerPatterns.UFAKZEKA, "ufakzeka", Trait.KEEP_SPACES),
  PORO(PreTokenizerPatterns.BLOOM, "poro-chat", Trait.KEEP_SPACES),
  BLOOM(PreTokenizerPatterns.BLOOM, "bloom gpt3-finnish"),
  VIKING(PreTokenizerPatterns.VIKING, "viking", Trait.KEEP_SPACES),
  TEKKEN(
      PreTokenizerPatterns.TEKKEN, "tekken", Trait.KEEP_SPACES, Trait.IGNORE_MERGES, Trait.ADD_BOS),
  CHAMELEON(PreTokenizerPatterns.CHAMELEON, "chameleon", Trait.KEEP_SPACES, Trait.ADD_BOS),
  GPT4O(PreTokenizerPatterns.GPT4O, "gpt-4o llama4 kanana2 talkie minimax-m2", Trait.KEEP_SPACES),
  GRANITE_EMBEDDING(
      PreTokenizerPatterns.GPT4O,
      "granite-embed-multi-97m",
      Trait.KEEP_SPACES,
      Trait.IGNORE_MERGES),
  TINY_AYA(PreTokenizerPatterns.TINY_AYA, "tiny_aya cohere2moe", Trait.KEEP_SPACES),
  KIMI_K2(PreTokenizerPatterns.KIMI_K2, "kimi-k2", Trait.KEEP_SPACES),
  SUPERBPE(PreTokenizerPatterns.SUPERBPE, "superbpe", Trait.KEEP_SPACES),
  BAILING_MOE(
      PreTokenizerPatterns.BAILING_MOE, "bailingmoe bailingmoe2 llada-moe", Trait.KEEP_SPACES),
  SEED_CODER(PreTokenizerPatterns.SEED_CODER, "seed-coder", Trait.KEEP_SPACES),
  AFMOE(PreTokenizerPatterns.AFMOE, "afmoe", Trait.KEEP_SPACES),
  LAGUNA(PreTokenizerPatterns.LAGUNA, "laguna", Trait.KEEP_SPACES),
  EXAONE_MOE(PreTokenizerPatterns.EXAONE_MOE, "exaone-moe"),
  GEMMA4(
      PreTokenizerPatterns.LINES,
      "gemma4 granite-embed-multi-311m",
      Trait.ESCAPED_SPACE,
      Trait.NEWLINES_WHOLE,
      Trait.ADD_BOS,
      Trait.ALWAYS_BOS),
  SARVAM(PreTokenizerPatterns.LINES, "sarvam-moe", Trait.ESCAPED_SPACE, Trait.KEEP_SPACES),
  WHITESPACE(PreTokenizerPatterns.WORDS, "whitespace", Trait.RAW);

  /// What else a family's name says.
  enum Trait {
    /// A piece that is a token as a whole is that token.
    IGNORE_MERGES,
    /// The begin mark is put in front unless the file says otherwise.
    ADD_BOS,
    /// The begin mark is put in front even if the file says otherwise.
    ALWAYS_BOS,
    /// Decoding leaves spaces before punctuation alone.
    KEEP_SPACES,
    /// Tokens are plain text with `▁` for a space, and bytes `<0xXX>`.
    ESCAPED_SPACE,
    /// Tokens are plain text.
    RAW,
    /// A run of line feeds that is a token is that token.
    NEWLINES_WHOLE
  }

  private final List<String> patterns;
  private final List<String> names;
  private final List<Trait> traits;

  PreTokenizerFamily(List<String> patterns, String names, Trait... traits) {
    this.patterns = patterns;
    this.names = List.of(names.split(" "));
    this.traits = List.of(traits);
  }

  List<String> patterns() {
    return patterns;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /// The family's own name; others mean the same.
  String label() {
    return names.getFirst();
  }

  /// The family that cuts by these patterns, tells merges and decodes like this.
  ///
  /// @param ignoresMerges whether a piece that is a token as a whole is that token
  /// @param cleansSpaces whether decoding drops spaces before punctuation, where that is said; a
  ///   family that does otherwise is taken where there is no other
  static Optional<PreTokenizerFamily> of(
      List<String> patterns, boolean ignoresMerges, Optional<Boolean> cleansSpaces) {
    List<PreTokenizerFamily> alike =
        Arrays.stream(values())
            .filter(family -> family.patterns.equals(patterns))
            .filter(family -> family.has(Trait.IGNORE_MERGES) == ignoresMerges)
            .filter(family -> !family.has(Trait.ESCAPED_SPACE) && !family.has(Trait.RAW))
            .toList();
    return alike.stream()
        .filter(family -> cleansSpaces.isEmpty() || family.cleansSpaces() == cleansSpaces.get())
        .findFirst()
        .or(() -> alike.stream().findFirst());
  }

  private boolean cleansSpaces() {
    return !has(Trait.KEEP_SPACES);
  }

  /// All names, in alphabetical order.
  static List<String> names() {
    return Stream.of(values()).flatMap(family -> family.names.stream()).sorted().toList();
  }

  static Optional<PreTokenizerFamily> named(String name) {
    return Arrays.stream(values()).filter(family -> family.names.contains(name)).findFirst();
  }
}
