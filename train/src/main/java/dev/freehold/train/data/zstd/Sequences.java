package dev.freehold.train.data.zstd;

import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The copies of a block: so many literals, then so many bytes from so far back, again and again.
/// Source: RFC 8878, sections 3.1.1.3.2, 3.1.1.4 and 3.1.1.5.
final class Sequences {
  /// What is copied where.
  interface Target {
    void literals(int count) throws ZipException;

    void match(long distance, int count) throws ZipException;
  }

  /// One of the three codes of which a sequence is made.
  private enum Part {
    LITERALS(9, 36, 6, LITERAL_COUNTS),
    OFFSETS(8, 32, 5, OFFSET_COUNTS),
    MATCHES(9, 53, 6, MATCH_COUNTS);

    private final int mostAccuracy;
    private final int symbols;
    private final int accuracy;
    private final short[] counts;

    Part(int mostAccuracy, int symbols, int accuracy, short[] counts) {
      this.mostAccuracy = mostAccuracy;
      this.symbols = symbols;
      this.accuracy = accuracy;
      this.counts = counts;
    }
  }

  private static final short[] LITERAL_COUNTS = {
    4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
    -1, -1, -1, -1
  };
  private static final short[] OFFSET_COUNTS = {
    1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1
  };
  private static final short[] MATCH_COUNTS = {
    1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
  };

  private static final int[] LITERAL_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11,
    12, 13, 14, 15, 16
  };
  private static final int[] LITERAL_BASES = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64,
    128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
  };
  private static final int[] MATCH_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
  };
  private static final int[] MATCH_BASES = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051,
    4099, 8195, 16387, 32771, 65539
  };

  private static final int PREDEFINED = 0;
  private static final int SINGLE = 1;
  private static final int DESCRIBED = 2;
  private static final int MANY = 0x7f00;

  private final @Nullable FseTable[] tables = new FseTable[Part.values().length];
  private final long[] recent = {1, 4, 8};
  private int at;

  /// Reads the sequences of a block, which take all of `[start, end)`, and copies what they say.
  void run(byte[] data, int start, int end, Target target) throws ZipException {
    at = start;
    int count = number(data, end);
    if (count == 0) {
      require(at == end, "bytes after a block without sequences");
      return;
    }
    require(at < end, "modes of sequences are missing");
    int modes = data[at++] & 0xff;
    require((modes & 3) == 0, "modes of sequences that are not known");
    FseTable literals = table(Part.LITERALS, modes >> 6, data, end);
    FseTable offsets = table(Part.OFFSETS, modes >> 4 & 3, data, end);
    FseTable matches = table(Part.MATCHES, modes >> 2 & 3, data, end);
    BackwardBits in = new BackwardBits(data, at, end);
    int literalState = literals.first(in);
    int offsetState = offsets.first(in);
    int matchState = matches.first(in);
    for (int i = 0; i < count; i++) {
      int offsetCode = offsets.symbol(offsetState);
      int matchCode = matches.symbol(matchState);
      int literalCode = literals.symbol(literalState);
      long offset = (1L << offsetCode) + in.read(offsetCode);
      int match = MATCH_BASES[matchCode] + (int) in.read(MATCH_BITS[matchCode]);
      int literal = LITERAL_BASES[literalCode] + (int) in.read(LITERAL_BITS[literalCode]);
      require(in.left() >= 0, "sequences that go beyond their bits");
      target.literals(literal);
      target.match(distance(offset, literal), match);
      if (i + 1 < count) {
        literalState = literals.next(literalState, in);
        matchState = matches.next(matchState, in);
        offsetState = offsets.next(offsetState, in);
      }
    }
    require(in.left() == 0, "sequences that do not fill their bits");
  }

  private static void require(boolean holds, String otherwise) throws ZipException {
    if (!holds) {
      throw new ZipException(otherwise);
    }
  }

  private int number(byte[] data, int end) throws ZipException {
    require(at < end, "the number of sequences is missing");
    int first = data[at++] & 0xff;
    if (first < 128) {
      return first;
    }
    int more = first < 255 ? 1 : 2;
    require(end - at >= more, "the number of sequences is missing");
    int second = data[at++] & 0xff;
    return more == 1 ? (first - 128 << 8) + second : second + ((data[at++] & 0xff) << 8) + MANY;
  }

  private FseTable table(Part part, int mode, byte[] data, int end) throws ZipException {
    FseTable table = tables[part.ordinal()];
    switch (mode) {
      case PREDEFINED -> table = FseTable.of(part.accuracy, part.counts);
      case SINGLE -> {
        require(at < end, "a symbol is missing");
        int symbol = data[at++] & 0xff;
        require(symbol < part.symbols, "a symbol that is not known");
        table = FseTable.single(symbol);
      }
      case DESCRIBED -> {
        FseTable.Described described =
            FseTable.read(data, at, end, part.mostAccuracy, part.symbols);
        table = described.table();
        at = described.end();
      }
      default -> {
        // the table of the block before
      }
    }
    if (table == null) {
      throw new ZipException("a table that was never given");
    }
    tables[part.ordinal()] = table;
    return table;
  }

  /// The distance of a match, which may be one of the last three.
  private long distance(long value, int literals) throws ZipException {
    if (value > 3) {
      remember(value - 3, 2);
      return value - 3;
    }
    int place = (int) value - (literals == 0 ? 0 : 1);
    if (place == 0) {
      return recent[0];
    }
    long distance = place == 3 ? recent[0] - 1 : recent[place];
    require(distance > 0, "a match at no distance");
    remember(distance, Math.min(place, 2));
    return distance;
  }

  /// Puts a distance first; those before place `from` move on.
  private void remember(long distance, int from) {
    for (int i = from; i > 0; i--) {
      recent[i] = recent[i - 1];
    }
    recent[0] = distance;
  }
}
