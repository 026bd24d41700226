package dev.freehold.train.data.corpus;

import java.util.Locale;

/// What a text can be dropped for, with the published thresholds.
///
/// Sources: Rae et al., "Scaling Language Models: Methods, Analysis & Insights from Training
/// Gopher" (2021), section A.1 and table A1; Raffel et al., "Exploring the Limits of Transfer
/// Learning with a Unified Text-to-Text Transformer" (2020), section 2.2; Penedo et al., "The
/// FineWeb Datasets" (2024), section 3.6, with values as in datatrove's filters.
enum Rule {
  /// Nothing is left of the text.
  EMPTY,

  /// More than 0.3 of the paragraphs stood before.
  GOPHER_DUPLICATE_PARAGRAPHS,
  /// More than 0.2 of the characters are in paragraphs that stood before.
  GOPHER_DUPLICATE_PARAGRAPH_CHARACTERS,
  /// More than 0.3 of the lines stood before.
  GOPHER_DUPLICATE_LINES,
  /// More than 0.2 of the characters are in lines that stood before.
  GOPHER_DUPLICATE_LINE_CHARACTERS,
  /// More than 0.2, 0.18 and 0.16 of the characters are in the most frequent run of n words.
  GOPHER_TOP_2_GRAM,
  GOPHER_TOP_3_GRAM,
  GOPHER_TOP_4_GRAM,
  /// More than 0.15, 0.14, ... 0.1 of the characters are in runs of n words that stood before.
  GOPHER_DUPLICATE_5_GRAMS,
  GOPHER_DUPLICATE_6_GRAMS,
  GOPHER_DUPLICATE_7_GRAMS,
  GOPHER_DUPLICATE_8_GRAMS,
  GOPHER_DUPLICATE_9_GRAMS,
  GOPHER_DUPLICATE_10_GRAMS,

  /// Fewer than 50 words.
  GOPHER_SHORT,
  /// More than 100,000 words.
  GOPHER_LONG,
  /// Words of fewer than 3 characters on average.
  GOPHER_SHORT_WORDS,
  /// Words of more than 10 characters on average.
  GOPHER_LONG_WORDS,
  /// More than 0.1 hash signs for each word.
  GOPHER_HASHES,
  /// More than 0.1 ellipses for each word.
  GOPHER_ELLIPSES,
  /// More than 0.9 of the lines begin with a bullet.
  GOPHER_BULLET_LINES,
  /// More than 0.3 of the lines end with an ellipsis.
  GOPHER_ELLIPSIS_LINES,
  /// Fewer than 0.8 of the words have a letter.
  GOPHER_FEW_LETTERS,
  /// Fewer than two of: the, be, to, of, and, that, have, with.
  GOPHER_FEW_STOP_WORDS,

  /// Has the words "lorem ipsum".
  C4_LOREM_IPSUM,
  /// Has an opening curly bracket.
  C4_CURLY_BRACKET,
  /// Fewer than five sentences in the lines that are kept.
  C4_FEW_SENTENCES,

  /// Fewer than 0.12 of the lines end with a mark that ends a sentence.
  FINEWEB_LINE_PUNCTUATION,
  /// More than 0.67 of the lines have 30 characters or fewer.
  FINEWEB_SHORT_LINES,
  /// More than 0.01 of the characters are in lines that stood before.
  FINEWEB_DUPLICATE_LINE_CHARACTERS,
  /// More than 0.3 line ends for each word.
  FINEWEB_LIST;

  /// The name in files.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The bit of the rule in a set of them.
  long bit() {
    return 1L << ordinal();
  }
}
