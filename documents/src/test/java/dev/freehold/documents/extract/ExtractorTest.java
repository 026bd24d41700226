package dev.freehold.documents.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.SmallCorpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes of the bytes of files: the text that a person would see, with its places.
class ExtractorTest {
  static Extraction extract(Format format, byte[] bytes) {
    try (Extractor extractor = SmallCorpus.extractor()) {
      return extractor.extract(format, bytes, new Cancellation());
    }
  }

  static Extraction.Text text(Format format, byte[] bytes) {
    Extraction extraction = extract(format, bytes);
    assertThat(extraction).isInstanceOf(Extraction.Text.class);
    return (Extraction.Text) extraction;
  }

  static String why(Format format, byte[] bytes) {
    Extraction extraction = extract(format, bytes);
    assertThat(extraction).isInstanceOf(Extraction.Skipped.class);
    return ((Extraction.Skipped) extraction).why();
  }

  private static Extraction.Text text(Format format, String text) {
    return text(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] marked(String text, Charset charset) {
    return ("\uFEFF" + text).getBytes(charset);
  }

  @Test
  void onlySizeZeroHides() {
    assertThat(Hidden.hides("font-size:large;opacity:.5")).isFalse();
    assertThat(Hidden.hides("color:red; font-size: 0.0em")).isTrue();
    assertThat(Hidden.hides("opacity:.0")).isTrue();
  }

  @Test
  void encodingsAreTold() {
    String words = "Grüße, 東京";
    assertThat(text(Format.TEXT, words).text()).isEqualTo(words);
    assertThat(text(Format.TEXT, marked(words, StandardCharsets.UTF_8)).text()).isEqualTo(words);
    assertThat(text(Format.TEXT, marked(words, StandardCharsets.UTF_16BE)).text()).isEqualTo(words);
    assertThat(text(Format.TEXT, marked(words, StandardCharsets.UTF_16LE)).text()).isEqualTo(words);
    Extraction.Text latin = text(Format.TEXT, "Grüße".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(latin.text()).isEqualTo("Grüße");
    assertThat(latin.notes()).containsExactly("is not UTF-8; it was read as Latin-1");
    assertThat(why(Format.TEXT, new byte[] {'a', 0, 'b'})).contains("is no text");
    assertThat(why(Format.TEXT, " \n\t".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("holds no text");
  }

  @Test
  void charactersThatShowNothingAreTakenOut() {
    String tags =
        "ignore"
            .codePoints()
            .collect(
                StringBuilder::new, (b, c) -> b.appendCodePoint(0xE0000 + c), StringBuilder::append)
            .toString();
    assertThat(text(Format.TEXT, "pay\u200B ten\u00AD \u202Eeuros" + tags + "\u0007\r\nnow").text())
        .isEqualTo("pay ten euros\nnow");
  }

  @Test
  void headingsOfMarkdownArePlaces() {
    Extraction.Text text =
        text(
            Format.MARKDOWN,
            """
            before

            # One #
            under one

            Two
            ---
            under two
            <!-- hidden
            # Not a heading --> shown

            ```
            # code
            ```
            ### Three
            [//]: # (hidden too)
            under three
            # Last
            """);
    assertThat(text.text()).contains("shown", "# code").doesNotContain("hidden");
    assertThat(text.places())
        .extracting(Place::headings)
        .containsExactly(
            List.of(),
            List.of("One"),
            List.of("One", "Two"),
            List.of("One", "Two", "Three"),
            List.of("Last"));
    assertThat(text.text().substring(text.places().get(2).start())).startsWith("Two\n---");
  }

  @Test
  void htmlIsWhatABrowserShows() {
    Extraction.Text text =
        text(
            Format.HTML,
            """
            <html><head><title>Page</title></head><body><p>one <b>two</b>
              three</p><ul><li>first<li>second</ul>
            <table><tr><td>a<td>b</table><pre>  kept
              so</pre><script>alert(1)</script></body></html>
            """);
    assertThat(text.text())
        .isEqualTo("one two three\n\nfirst\nsecond\n\na | b\n\n  kept\n  so\n\n");
    assertThat(text.places().getFirst().headings()).containsExactly("Page");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<p hidden>secret</p>",
        "<p style='display: none'>secret</p>",
        "<p style='color:red; VISIBILITY:hidden !important'>secret</p>",
        "<div style='display:none'><p>se<b>cret</b></p>secret</div>",
        "<p style='font-size:0px'>secret</p>",
        "<p style='opacity:0.0'>secret</p>",
        "<p style='display:/**/none'>secret</p>",
        "<p style='position:absolute;left:-9999px'>secret</p>",
        "<p style='color:#fff;background:#fff'>secret</p>",
        "<style>.a, #b { display:none }</style><p class=a>secret</p><p id=b>secret</p>",
        "<style>@media screen { p.z { visibility:hidden } }</style><p class=z>secret</p>",
        "<template>secret</template><noscript>secret</noscript>",
        "<script>secret</script><!-- secret -->",
        "<svg><text>secret</text></svg><textarea>secret</textarea>",
        "<dialog>secret</dialog><iframe>secret</iframe>",
      })
  void whatABrowserWouldNotShowIsLeftOut(String html) {
    Extraction.Text text = text(Format.HTML, "<body><p>shown</p>" + html + "<p>too</p></body>");
    assertThat(text.text())
        .contains("shown", "too")
        .doesNotContain("secret")
        .doesNotContain("cret");
  }

  @Test
  void pagesOfPdfArePlaces() throws IOException {
    Extraction.Text text =
        text(Format.PDF, SmallCorpus.pdf(List.of("first line", "next line"), List.of("second")));
    assertThat(text.text()).contains("first line\nnext line").contains("second");
    assertThat(text.places()).extracting(Place::page).containsExactly(1, 2);
    assertThat(text.text().substring(text.places().get(1).start())).startsWith("second");
    assertThat(text.notes()).isEmpty();
  }

  @Test
  void pdfWithoutTextIsSaid() throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      assertThat(why(Format.PDF, bytes.toByteArray())).contains("holds no text in its 1 pages");
    }
    Extraction.Text part = text(Format.PDF, SmallCorpus.pdf(List.of("words"), List.of()));
    assertThat(part.notes())
        .containsExactly("1 of its 2 pages hold no text: they are images, or empty");
  }

  @Test
  void encryptedPdfIsSaid() throws IOException {
    assertThat(why(Format.PDF, encrypted("user", true)))
        .isEqualTo("is encrypted and needs a password");
    assertThat(why(Format.PDF, encrypted("", false))).contains("forbids that text is taken out");
    assertThat(text(Format.PDF, encrypted("", true)).text()).contains("secret words");
  }

  private static byte[] encrypted(String password, boolean mayExtract) throws IOException {
    try (PDDocument document =
        org.apache.pdfbox.Loader.loadPDF(SmallCorpus.pdf(List.of("secret words")))) {
      AccessPermission permission = new AccessPermission();
      permission.setCanExtractContent(mayExtract);
      StandardProtectionPolicy policy = new StandardProtectionPolicy("owner", password, permission);
      policy.setEncryptionKeyLength(128);
      document.protect(policy);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }
}
