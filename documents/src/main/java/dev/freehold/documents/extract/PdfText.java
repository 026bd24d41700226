package dev.freehold.documents.extract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/// The text of a PDF file, page by page.
final class PdfText {
  private PdfText() {}

  static Extraction of(byte[] bytes, int maxPages, int maxCharacters) throws IOException {
    try (PDDocument document = Loader.loadPDF(new RandomAccessReadBuffer(bytes))) {
      if (!document.getCurrentAccessPermission().canExtractContent()) {
        return new Extraction.Skipped(
            "is encrypted, and whoever made it forbids that text is taken out");
      }
      int pages = document.getNumberOfPages();
      if (pages > maxPages) {
        return new Extraction.Skipped(
            "has %,d pages; at most %,d are read".formatted(pages, maxPages));
      }
      return text(document, pages, maxCharacters);
    } catch (InvalidPasswordException encrypted) {
      return new Extraction.Skipped("is encrypted and needs a password");
    }
  }

  private static Extraction text(PDDocument document, int pages, int maxCharacters)
      throws IOException {
    StringBuilder text = new StringBuilder();
    List<Place> places = new ArrayList<>();
    PDFTextStripper stripper = new PDFTextStripper();
    stripper.setSortByPosition(true);
    stripper.setParagraphStart("\n");
    stripper.setLineSeparator("\n");
    int empty = 0;
    for (int page = 1; page <= pages; page++) {
      stripper.setStartPage(page);
      stripper.setEndPage(page);
      String words = Visible.of(stripper.getText(document)).strip();
      empty += words.isEmpty() ? 1 : 0;
      places.add(new Place(text.length(), List.of(), page));
      text.append(words).append("\n\n");
      if (text.length() > maxCharacters) {
        return new Extraction.Skipped(
            "holds more than %,d characters of text".formatted(maxCharacters));
      }
    }
    if (empty == pages) {
      return new Extraction.Skipped(
          "holds no text in its %,d pages: they are images, or empty".formatted(pages));
    }
    List<String> notes =
        empty == 0
            ? List.of()
            : List.of(
                "%,d of its %,d pages hold no text: they are images, or empty"
                    .formatted(empty, pages));
    return new Extraction.Text(text.toString(), places, notes);
  }
}
