package dev.freehold.documents.extract;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a text into passages: within one place each, at borders of paragraphs where it can be, else
/// of sentences, else of words.
public final class Passages {
  /// Characters that a passage has at most; about 300 tokens of most texts.
  public static final int MAX_CHARACTERS = 1_400;

  /// A passage that is as long ends with its paragraph.
  private static final int ENOUGH = 900;

  /// A part of a text, in its place.
  ///
  /// @param start its first character
  /// @param end after its last one
  public record Passage(int start, int end, Place place) {}

  private final String text;
  private final List<Passage> passages = new ArrayList<>();
  private Place place = Place.WHOLE;
  private int begun = -1;
  private int ended;

  private Passages(String text) {
    this.text = text;
  }

  public static List<Passage> of(Extraction.Text document) {
    Passages cutting = new Passages(document.text());
    List<Place> places = document.places();
    for (int i = 0; i < places.size(); i++) {
      int end = i + 1 < places.size() ? places.get(i + 1).start() : document.text().length();
      cutting.cut(places.get(i), places.get(i).start(), end);
    }
    return List.copyOf(cutting.passages);
  }

  private void cut(Place within, int start, int end) {
    place = within;
    int at = start;
    while (at < end) {
      int next = paragraphEnd(at, end);
      add(at, next);
      at = next;
    }
    finish();
  }

  /// Where the paragraph ends that begins here: after the blank lines behind it.
  private int paragraphEnd(int from, int end) {
    int lineBreaks = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lineBreaks++;
      } else if (!Character.isWhitespace(c)) {
        if (lineBreaks > 1) {
          return i;
        }
        lineBreaks = 0;
      }
    }
    return end;
  }

  private void add(int start, int end) {
    if (begun >= 0 && (trimmedEnd(begun, end) - begun > MAX_CHARACTERS || ended - begun > ENOUGH)) {
      finish();
    }
    if (trimmedEnd(start, end) - trimmedStart(start, end) <= MAX_CHARACTERS) {
      take(start, end);
      return;
    }
    finish();
    addSentences(start, end);
  }

  private void addSentences(int start, int end) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    String part = text.substring(start, end);
    sentences.setText(part);
    int from = 0;
    for (int to = sentences.next(); to != BreakIterator.DONE; to = sentences.next()) {
      int sentence = start + from;
      if (begun >= 0 && trimmedEnd(begun, start + to) - begun > MAX_CHARACTERS) {
        finish();
      }
      while (trimmedEnd(sentence, start + to) - sentence > MAX_CHARACTERS) {
        int cut = wordEnd(sentence, sentence + MAX_CHARACTERS);
        take(sentence, cut);
        finish();
        sentence = cut;
      }
      take(sentence, start + to);
      from = to;
    }
  }

  /// The last border of words in a range, or its end where it has none.
  private int wordEnd(int start, int end) {
    for (int i = end; i > start + MAX_CHARACTERS / 2; i--) {
      if (Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
  }

  private void take(int start, int end) {
    int trimmed = trimmedStart(start, end);
    if (trimmed < end) {
      begun = begun < 0 ? trimmed : begun;
      ended = trimmedEnd(trimmed, end);
    }
  }

  private void finish() {
    if (begun >= 0 && text.substring(begun, ended).codePoints().anyMatch(Passages::isWord)) {
      passages.add(new Passage(begun, ended, place));
    }
    begun = -1;
  }

  private static boolean isWord(int c) {
    return Character.isLetterOrDigit(c);
  }

  private int trimmedStart(int start, int end) {
    int at = start;
    while (at < end && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int trimmedEnd(int start, int end) {
    int at = end;
    while (at > start && Character.isWhitespace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }
}
