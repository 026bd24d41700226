package dev.freehold.documents.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.SmallCorpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents that are made to harm end in a reason, and the next document is read.
class HostileDocumentsTest {
  private static final ExtractionLimits SMALL =
      new ExtractionLimits(64 << 20, 16 << 20, 1 << 20, 100, 64, Duration.ofSeconds(60));

  private static void requireHarmless(ExtractionLimits limits, Format format, byte[] bytes)
      throws IOException {
    try (Extractor extractor = new Extractor(JavaCommand.ofThisProcess(), limits)) {
      Extraction extraction = extractor.extract(format, bytes, new Cancellation());
      assertThat(extraction).as("%s", extraction).isInstanceOf(Extraction.Skipped.class);
      requireGoesOn(extractor);
    }
  }

  private static void requireGoesOn(Extractor extractor) throws IOException {
    Extraction next =
        extractor.extract(Format.PDF, SmallCorpus.pdf(List.of("still here")), new Cancellation());
    assertThat(next)
        .isInstanceOfSatisfying(
            Extraction.Text.class, text -> assertThat(text.text()).contains("still here"));
  }

  /// A page whose content is `count` times the same bytes, compressed twice over.
  private static byte[] bomb(String bytes, int count) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (OutputStream content = new DeflaterOutputStream(new DeflaterOutputStream(stream))) {
      byte[] piece =
          bytes.repeat(1 + (1 << 20) / bytes.length()).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < count; i++) {
        content.write(piece);
      }
    }
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    pdf.writeBytes(
        """
        %%PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R
        /Resources<</Font<</F1 5 0 R>>>>>> endobj
        5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
        4 0 obj <</Length %d/Filter[/FlateDecode/FlateDecode]>> stream
        """
            .formatted(stream.size())
            .getBytes(StandardCharsets.US_ASCII));
    pdf.writeBytes(stream.toByteArray());
    pdf.writeBytes(
        "\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n".getBytes(StandardCharsets.US_ASCII));
    return pdf.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BT /F1 12 Tf 10 10 Td (words and words) Tj ET\n",
        "q q q q q q q q\n",
        "[[[[[[[[[[[[[[[[",
      })
  void streamsThatGrowWhenTheyAreReadEndInAReason(String content) throws IOException {
    byte[] bytes = bomb(content, 300);
    assertThat(bytes.length).isLessThan(64 << 10);
    requireHarmless(SMALL, Format.PDF, bytes);
  }

  @Test
  void whatTakesTooLongIsGivenUp() throws IOException {
    byte[] bytes = bomb("1 0 0 1 0 0 cm 1 0 0 1 0 0 cm\n", 150);
    try (Extractor extractor =
        new Extractor(JavaCommand.ofThisProcess(), SMALL.withTime(Duration.ofMillis(100)))) {
      Extraction extraction = extractor.extract(Format.PDF, bytes, new Cancellation());
      assertThat(extraction).isEqualTo(new Extraction.Skipped("was not read within 1 s"));
    }
  }

  @Test
  void brokenPdfIsSaid() throws IOException {
    byte[] whole = SmallCorpus.pdf(List.of("words"));
    assertThat(ExtractorTest.why(Format.PDF, "no pdf".getBytes(StandardCharsets.US_ASCII)))
        .contains("is damaged, or no ");
    Random random = new Random(7);
    try (Extractor extractor = SmallCorpus.extractor()) {
      for (int i = 0; i < 60; i++) {
        byte[] broken = whole.clone();
        for (int k = 0; k < 8; k++) {
          broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
        }
        assertThat(extractor.extract(Format.PDF, broken, new Cancellation())).isNotNull();
      }
      requireGoesOn(extractor);
    }
  }

  @Test
  void deepAndReopenedElementsEnd() throws IOException {
    String deep = "<div>".repeat(100_000) + "bottom" + "</div>".repeat(100_000);
    StringBuilder reopened = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      reopened.append("<b a=").append(i).append(">");
    }
    reopened.append("<p>x".repeat(20_000));
    try (Extractor extractor = new Extractor(JavaCommand.ofThisProcess(), SMALL)) {
      Extraction extraction =
          extractor.extract(Format.HTML, deep.getBytes(StandardCharsets.UTF_8), new Cancellation());
      assertThat(extraction)
          .isInstanceOfSatisfying(
              Extraction.Text.class, text -> assertThat(text.text()).contains("bottom"));
      Extraction heavy =
          extractor.extract(
              Format.HTML,
              reopened.toString().getBytes(StandardCharsets.UTF_8),
              new Cancellation());
      assertThat(heavy).isNotNull();
      requireGoesOn(extractor);
    }
  }

  @Test
  void aReaderThatCannotBeStartedIsAnError() {
    JavaCommand none = new JavaCommand(List.of("no-such-java"), List.of());
    try (Extractor extractor = new Extractor(none, SMALL)) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> extractor.extract(Format.PDF, new byte[1], new Cancellation()))
          .isInstanceOf(dev.freehold.documents.DocumentsException.class)
          .hasMessageContaining("cannot be started");
    }
  }

  @Test
  void longLinesAndTextsAreBounded() {
    String line = "word ".repeat(300_000);
    try (Extractor extractor = new Extractor(JavaCommand.ofThisProcess(), SMALL)) {
      Extraction tooLong =
          extractor.extract(Format.TEXT, line.getBytes(StandardCharsets.UTF_8), new Cancellation());
      assertThat(tooLong).isInstanceOf(Extraction.Skipped.class);
    }
    Extraction.Text text =
        ExtractorTest.text(Format.TEXT, "x".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertThat(Passages.of(text))
        .hasSizeGreaterThan(70)
        .allSatisfy(p -> assertThat(p.end() - p.start()).isLessThanOrEqualTo(1_400));
  }
}
