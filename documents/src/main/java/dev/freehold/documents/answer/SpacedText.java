package dev.freehold.documents.answer;

/// A text in which every run of white space is one blank, and where its characters were before.
///
/// @param text begins and ends without a blank
/// @param places where each character of it stands in the text that it was made of
record SpacedText(String text, int[] places) {
  static SpacedText of(String original) {
    StringBuilder text = new StringBuilder(original.length());
    int[] places = new int[original.length()];
    for (int i = 0; i < original.length(); i++) {
      char c = original.charAt(i);
      boolean isSpace = Character.isWhitespace(c) || Character.isSpaceChar(c);
      if (!isSpace) {
        places[text.length()] = i;
        text.append(c);
      } else if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
        places[text.length()] = i;
        text.append(' ');
      }
    }
    if (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    return new SpacedText(text.toString(), places);
  }
}
