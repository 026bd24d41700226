package dev.freehold.audit.licence;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Words that give an answer where they stand in a text one after the other.
///
/// Its form: words separated by blanks; `a|b` is one of both, `~n` up to n words of any kind
/// between. Time is bounded by the words of the text times the length of the phrase: all ways to
/// match from a place are followed together, none is tried again.
final class Phrase {
  /// A word of a phrase.
  ///
  /// @param choices what it can be
  /// @param gap how many words may stand before it
  private record Part(Set<String> choices, int gap) {}

  /// The words `[first, last]` of a text.
  record Match(int first, int last) {}

  private final String text;
  private final List<Part> parts;

  Phrase(String text) {
    List<Part> read = new ArrayList<>();
    int gap = 0;
    for (String word : text.strip().split(" +")) {
      if (word.startsWith("~")) {
        gap = Integer.parseInt(word.substring(1));
      } else {
        read.add(new Part(Set.of(word.split("\\|")), gap));
        gap = 0;
      }
    }
    if (read.isEmpty() || gap != 0 || read.getFirst().gap() != 0) {
      throw new IllegalArgumentException("a phrase begins and ends with a word: " + text);
    }
    this.text = text;
    this.parts = List.copyOf(read);
  }

  /// The first place where it stands in a text.
  Optional<Match> find(Words words) {
    int best = Integer.MAX_VALUE;
    int last = -1;
    for (String choice : parts.getFirst().choices()) {
      for (int at : words.places(choice)) {
        if (at >= best) {
          break;
        }
        int end = endFrom(words, at);
        if (end >= 0) {
          best = at;
          last = end;
        }
      }
    }
    return last < 0 ? Optional.empty() : Optional.of(new Match(best, last));
  }

  /// The last word of a match that begins at `first`, or -1.
  private int endFrom(Words words, int first) {
    BitSet reached = new BitSet(); // words at which the part before can stand, counted from `first`
    reached.set(0);
    for (int i = 1; i < parts.size(); i++) {
      Part part = parts.get(i);
      BitSet next = new BitSet();
      for (int at = reached.nextSetBit(0); at >= 0; at = reached.nextSetBit(at + 1)) {
        for (int skipped = 0; skipped <= part.gap(); skipped++) {
          int place = first + at + 1 + skipped;
          if (place < words.count() && part.choices().contains(words.word(place))) {
            next.set(at + 1 + skipped);
          }
        }
      }
      if (next.isEmpty()) {
        return -1;
      }
      reached = next;
    }
    return first + reached.nextSetBit(0);
  }

  @Override
  public String toString() {
    return text;
  }
}
