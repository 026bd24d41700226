package dev.freehold.documents.extract;

import java.util.List;

/// What came of reading a file: its text, or why there is none.
public sealed interface Extraction {
  /// The text of a document.
  ///
  /// @param places where its parts stand, by their beginning; the first begins at 0
  /// @param notes what a person should know of how it was read
  record Text(String text, List<Place> places, List<String> notes) implements Extraction {
    public Text {
      places = List.copyOf(places);
      notes = List.copyOf(notes);
    }

    public Text withNotes(List<String> newNotes) {
      return new Text(text, places, newNotes);
    }
  }

  /// A file that is left out.
  ///
  /// @param why as the end of "FILE: ..."
  record Skipped(String why) implements Extraction {}
}
