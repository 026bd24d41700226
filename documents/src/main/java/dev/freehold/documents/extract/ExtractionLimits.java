package dev.freehold.documents.extract;

import java.time.Duration;

/// How much one document may ask of whoever reads it.
///
/// @param maxBytes of a file
/// @param maxMarkupBytes of an HTML file
/// @param maxCharacters of its text
/// @param maxPages of a PDF file
/// @param maxMegabytes memory of the process that reads HTML and PDF
/// @param time for an HTML or PDF file
public record ExtractionLimits(
    int maxBytes,
    int maxMarkupBytes,
    int maxCharacters,
    int maxPages,
    int maxMegabytes,
    Duration time) {
  public static final ExtractionLimits DEFAULT =
      new ExtractionLimits(64 << 20, 16 << 20, 16 << 20, 5_000, 512, Duration.ofSeconds(60));

  public ExtractionLimits {
    if (maxBytes < 1
        || maxMarkupBytes < 1
        || maxCharacters < 1
        || maxPages < 1
        || maxMegabytes < 16
        || time.isNegative()
        || time.isZero()) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  public ExtractionLimits withTime(Duration newTime) {
    return new ExtractionLimits(
        maxBytes, maxMarkupBytes, maxCharacters, maxPages, maxMegabytes, newTime);
  }
}
