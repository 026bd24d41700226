package dev.freehold.documents.extract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.FontBoxFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.font.CIDFontMapping;
import org.apache.pdfbox.pdmodel.font.FontMapper;
import org.apache.pdfbox.pdmodel.font.FontMapping;
import org.apache.pdfbox.pdmodel.font.PDCIDSystemInfo;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.jspecify.annotations.Nullable;

/// Gives the one font that PDFBox carries in the place of all that a document lacks: texts do not
/// depend on the fonts of a machine, and these are not searched for.
final class PlainFonts implements FontMapper {
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private final TrueTypeFont font;

  private PlainFonts(TrueTypeFont font) {
    this.font = font;
  }

  static PlainFonts load() {
    try (InputStream bytes = PDFont.class.getResourceAsStream(FONT)) {
      if (bytes == null) {
        throw new IllegalStateException("PDFBox carries no " + FONT);
      }
      return new PlainFonts(new TTFParser().parse(new RandomAccessReadBuffer(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FontMapping<TrueTypeFont> getTrueTypeFont(
      @Nullable String baseFont, @Nullable PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  public FontMapping<FontBoxFont> getFontBoxFont(
      @Nullable String baseFont, @Nullable PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  @SuppressWarnings("NullAway") // there is no OpenType font, and PDFBox asks for null then
  public CIDFontMapping getCIDFont(
      @Nullable String baseFont,
      @Nullable PDFontDescriptor descriptor,
      @Nullable PDCIDSystemInfo system) {
    return new CIDFontMapping(null, font, true);
  }
}
