package dev.freehold.documents.extract;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What goes between this process and the one that reads HTML and PDF: a document there, an
/// extraction back. Lengths that come back are checked, since a hostile document may have taken
/// that process over.
final class ReaderWire {
  private static final int TEXT = 1;
  private static final int SKIPPED = 2;
  private static final int MAX_LINE = 4_000;
  private static final int MAX_HEADINGS = 16;
  private static final int MAX_NOTES = 8;
  private static final int BYTES_OF_CHARACTER = 3;

  private ReaderWire() {}

  static void write(DataOutputStream out, Extraction extraction) throws IOException {
    switch (extraction) {
      case Extraction.Text text -> {
        out.writeByte(TEXT);
        writeText(out, text.text());
        out.writeInt(text.places().size());
        for (Place place : text.places()) {
          out.writeInt(place.start());
          writeLines(out, place.headings());
          out.writeInt(place.page());
        }
        writeLines(out, text.notes());
      }
      case Extraction.Skipped skipped -> {
        out.writeByte(SKIPPED);
        String why = skipped.why();
        writeText(out, why.substring(0, Math.min(why.length(), MAX_LINE / BYTES_OF_CHARACTER)));
      }
    }
    out.flush();
  }

  /// @param maxCharacters of the text
  static Extraction read(DataInputStream in, int maxCharacters) throws IOException {
    int kind = in.readUnsignedByte();
    if (kind == SKIPPED) {
      return new Extraction.Skipped(Visible.of(readText(in, MAX_LINE)).replace('\n', ' '));
    }
    require(kind == TEXT, "an unknown kind of answer");
    String text = readText(in, Math.multiplyExact(BYTES_OF_CHARACTER, maxCharacters));
    int count = in.readInt();
    require(count >= 1 && count <= text.length() + 1, "places");
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int start = in.readInt();
      int least = i == 0 ? 0 : places.getLast().start();
      require(start >= least && start <= text.length(), "places");
      require(i > 0 || start == 0, "places");
      places.add(new Place(start, readLines(in, MAX_HEADINGS), Math.max(0, in.readInt())));
    }
    return new Extraction.Text(text, places, readLines(in, MAX_NOTES));
  }

  private static void require(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException("the process that reads documents sent " + what);
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in, int maxBytes) throws IOException {
    int length = in.readInt();
    require(length >= 0 && length <= maxBytes, "a text that is too long");
    byte[] bytes = in.readNBytes(length);
    require(bytes.length == length, "a text that is cut short");
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void writeLines(DataOutputStream out, List<String> lines) throws IOException {
    out.writeByte(lines.size());
    for (String line : lines) {
      writeText(out, line);
    }
  }

  private static List<String> readLines(DataInputStream in, int most) throws IOException {
    int count = in.readUnsignedByte();
    require(count <= most, "too many lines");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(Visible.of(readText(in, MAX_LINE)).replace('\n', ' '));
    }
    return lines;
  }
}
