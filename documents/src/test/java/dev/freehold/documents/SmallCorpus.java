package dev.freehold.documents;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.extract.ExtractionLimits;
import dev.freehold.documents.extract.Extractor;
import dev.freehold.documents.extract.JavaCommand;
import dev.freehold.documents.index.DocumentIndex;
import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.ScanLimits;
import dev.freehold.documents.index.UpdateProgress;
import dev.freehold.documents.index.UpdateReport;
import dev.freehold.documents.index.UpdateRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/// A few documents of an office that does not exist, in all formats, and what tests do with them.
public final class SmallCorpus {
  /// Later than any file that a test writes, so that what is unchanged is surely so.
  public static final InstantSource LATER =
      InstantSource.fixed(Instant.parse("2100-01-01T00:00:00Z"));

  private SmallCorpus() {}

  /// The documents that no other process is needed for: Markdown, text, and a file of no format.
  public static Path writePlain(Path folder) {
    try {
      Files.createDirectories(folder.resolve("personal"));
      Files.writeString(
          folder.resolve("personal/leave.md"),
          """
          # Leave

          ## Holidays

          Employees have 30 days of paid leave in a calendar year. Leave that is not taken by
          31 March of the following year lapses.

          ## Illness

          Whoever is ill tells the front desk before nine o'clock. A doctor's certificate is needed
          from the third day on.
          """);
      Files.writeString(
          folder.resolve("personal/kuendigung.md"),
          """
          # Kündigung

          Die Kündigungsfrist beträgt drei Monate zum Ende eines Quartals. Kündigungen müssen
          schriftlich erklärt werden; die E-Mail genügt nicht.

          # Homeoffice

          Beschäftigte dürfen an zwei Tagen in der Woche zu Hause arbeiten.
          """);
      Files.writeString(
          folder.resolve("printer.txt"),
          """
          The printer on the second floor is called Gutenberg. Its toner is kept in room 214.

          When the red lamp blinks, open the rear flap and pull the paper out slowly.
          """);
      Files.write(folder.resolve("photo.png"), new byte[] {1, 2, 3});
      return folder;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// All of them.
  public static Path write(Path folder) {
    try {
      writePlain(folder);
      Files.writeString(
          folder.resolve("network.html"),
          """
          <!doctype html><html><head><title>Network</title><style>.x{display:none}</style></head>
          <body><h1>Wireless</h1><p>Guests use the network <b>Lantern</b>; the password changes
          every Monday and hangs at the reception.</p><h2>Outages</h2><p>Outages are reported to
          extension 4711.</p><p class="x">The password is swordfish.</p></body></html>
          """);
      Files.write(
          folder.resolve("canteen.pdf"),
          pdf(
              List.of("The canteen is open from 11:30 to 14:00.", "Guests pay in cash."),
              List.of("Vegetarian dishes are marked with a green leaf.")));
      return folder;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// A PDF file of these lines, a list for each page.
  @SafeVarargs
  public static byte[] pdf(List<String>... pages) throws IOException {
    try (PDDocument document = new PDDocument()) {
      for (List<String> lines : pages) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
          for (int i = 0; i < lines.size(); i++) {
            content.beginText();
            content.newLineAtOffset(72, 700 - 16 * i);
            content.showText(lines.get(i));
            content.endText();
          }
        }
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  public static UpdateReport update(DocumentIndex index, Path... folders) {
    return update(index, Optional.empty(), false, folders);
  }

  public static UpdateReport update(
      DocumentIndex index, Optional<Embedder> embedder, boolean isAnew, Path... folders) {
    try (Extractor extractor = extractor()) {
      return index.update(
          new UpdateRequest(List.of(folders), extractor, embedder, ScanLimits.DEFAULT, isAnew),
          UpdateProgress.NONE,
          new Cancellation());
    }
  }

  public static Extractor extractor() {
    return new Extractor(JavaCommand.ofThisProcess(), ExtractionLimits.DEFAULT);
  }
}
