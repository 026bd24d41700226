package dev.freehold.train.data.corpus;

import dev.freehold.train.recipe.CorpusDescription;

/// What the rules make of a text.
///
/// All rules that are wanted are applied, so that all that a text breaks is known. Those of Gopher
/// see the whole text, those of FineWeb what C4's lines leave, as in FineWeb's own pipeline.
///
/// @param text what is left of it
/// @param broken rules that it breaks, as bits
record Quality(String text, long broken) {
  static Quality of(String text, CorpusDescription.Rules rules) {
    if (text.isBlank()) {
      return new Quality(text, Rule.EMPTY.bit());
    }
    long broken = 0;
    if (rules.gopherRepetition() || rules.gopherQuality()) {
      Words words = Words.of(text);
      broken |= rules.gopherRepetition() ? GopherRules.repetition(text, words) : 0;
      broken |= rules.gopherQuality() ? GopherRules.quality(text, words) : 0;
    }
    String left = text;
    if (rules.c4()) {
      C4Rules c4 = C4Rules.apply(text, rules.c4TerminalPunctuation());
      broken |= c4.broken();
      left = c4.text();
    }
    if (rules.fineWeb() && !left.isBlank()) {
      broken |= FineWebRules.broken(left, Words.of(left));
    }
    return new Quality(left, broken);
  }
}
