package dev.freehold.documents.extract;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The formats of documents that are read, told by the ends of file names.
public enum Format {
  TEXT,
  MARKDOWN,
  HTML,
  PDF;

  private static final Map<String, Format> ENDS =
      Map.ofEntries(
          Map.entry("txt", TEXT),
          Map.entry("text", TEXT),
          Map.entry("md", MARKDOWN),
          Map.entry("markdown", MARKDOWN),
          Map.entry("html", HTML),
          Map.entry("htm", HTML),
          Map.entry("xhtml", HTML),
          Map.entry("pdf", PDF));

  /// The format of a file of this name, where it is one that is read.
  public static Optional<Format> of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return Optional.ofNullable(ENDS.get(fileName.substring(dot + 1).toLowerCase(Locale.ROOT)));
  }

  /// How files of the format are called in messages.
  public String shown() {
    return switch (this) {
      case TEXT -> "text";
      case MARKDOWN -> "Markdown";
      case HTML -> "HTML";
      case PDF -> "PDF";
    };
  }
}
