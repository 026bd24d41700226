package dev.freehold.documents.extract;

import dev.freehold.chat.Cancellation;
import java.util.List;

/// Turns the bytes of files into texts.
public final class Extractor implements AutoCloseable {
  /// Goes up with every change of what texts and passages come of a file.
  public static final int VERSION = 1;

  private final ExtractionLimits limits;
  private final ReaderProcess reader;

  public Extractor(JavaCommand java, ExtractionLimits limits) {
    this.limits = limits;
    this.reader = new ReaderProcess(java, limits);
  }

  public ExtractionLimits limits() {
    return limits;
  }

  /// @throws java.util.concurrent.CancellationException where it was cancelled
  public Extraction extract(Format format, byte[] bytes, Cancellation cancellation) {
    Extraction extraction =
        switch (format) {
          case TEXT, MARKDOWN -> plain(format, bytes);
          case HTML ->
              bytes.length > limits.maxMarkupBytes()
                  ? new Extraction.Skipped(
                      "is larger than %,d bytes".formatted(limits.maxMarkupBytes()))
                  : reader.read(format, bytes, cancellation);
          case PDF -> reader.read(format, bytes, cancellation);
        };
    return extraction instanceof Extraction.Text text && text.text().isBlank()
        ? new Extraction.Skipped("holds no text")
        : extraction;
  }

  private Extraction plain(Format format, byte[] bytes) {
    Decoded decoded = Decoded.of(bytes).orElse(null);
    if (decoded == null) {
      return new Extraction.Skipped("is no text: it holds bytes that no encoding of text has");
    }
    String visible = Visible.of(decoded.text());
    if (visible.length() > limits.maxCharacters()) {
      return new Extraction.Skipped(
          "holds more than %,d characters of text".formatted(limits.maxCharacters()));
    }
    return format == Format.MARKDOWN
        ? MarkdownText.of(visible).withNotes(decoded.notes())
        : new Extraction.Text(visible, List.of(Place.WHOLE), decoded.notes());
  }

  @Override
  public void close() {
    reader.close();
  }
}
