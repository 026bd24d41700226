package dev.freehold.documents.extract;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.apache.pdfbox.pdmodel.font.FontMappers;

/// The process that reads HTML and PDF, so that what they make it do ends with it: documents come
/// in by standard input, extractions go out by standard output, one after the other.
public final class ReaderProgram {
  private ReaderProgram() {}

  /// @param arguments most characters of a text, most pages, milliseconds for a document
  public static void main(String... arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    System.setOut(System.err); // what libraries print is no answer
    LogManager.getLogManager().reset();
    int maxCharacters = Integer.parseInt(arguments[0]);
    int maxPages = Integer.parseInt(arguments[1]);
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    Overtime overtime = new Overtime(Long.parseLong(arguments[2]));
    boolean hasFonts = false;
    for (int format = in.read(); format >= 0; format = in.read()) {
      byte[] bytes = in.readNBytes(in.readInt());
      boolean isPdf = format == Format.PDF.ordinal();
      if (isPdf && !hasFonts) {
        FontMappers.set(PlainFonts.load());
        hasFonts = true;
      }
      overtime.begin();
      Extraction extraction = read(isPdf, bytes, maxCharacters, maxPages);
      overtime.end();
      ReaderWire.write(out, extraction);
    }
  }

  /// Ends this process where a document takes too long and whoever asked is no more.
  private static final class Overtime {
    private static final int EXIT_CODE = 4;
    private static final long GRACE_MILLIS = 2_000;
    private static final long IDLE = Long.MIN_VALUE;

    private final long nanos;
    private volatile long begun = IDLE;

    Overtime(long millis) {
      this.nanos = TimeUnit.MILLISECONDS.toNanos(millis + GRACE_MILLIS);
      Thread.ofPlatform().daemon().start(this::watch);
    }

    void begin() {
      begun = System.nanoTime();
    }

    void end() {
      begun = IDLE;
    }

    private void watch() {
      while (true) {
        long since = begun;
        if (since != IDLE && System.nanoTime() - since > nanos) {
          Runtime.getRuntime().halt(EXIT_CODE);
        }
        try {
          Thread.sleep(GRACE_MILLIS / 2);
        } catch (InterruptedException ended) {
          return;
        }
      }
    }
  }

  private static String why(Throwable broken) {
    String message = broken.getMessage();
    return message == null || message.isBlank() ? broken.getClass().getSimpleName() : message;
  }

  private static Extraction read(boolean isPdf, byte[] bytes, int maxCharacters, int maxPages) {
    try {
      return isPdf ? PdfText.of(bytes, maxPages, maxCharacters) : HtmlText.of(bytes, maxCharacters);
    } catch (IOException | RuntimeException | StackOverflowError | LinkageError broken) {
      return new Extraction.Skipped(
          "is damaged, or no %s: %s".formatted(isPdf ? "PDF" : "HTML", why(broken)));
    }
  }
}
