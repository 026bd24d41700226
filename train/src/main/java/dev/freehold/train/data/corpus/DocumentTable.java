package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import java.util.Arrays;
import java.util.HexFormat;

/// What is known of each document that was read, without its text: about 100 bytes each, and as
/// much again for those that have a signature.
final class DocumentTable {
  static final int ID_BYTES = 32;

  /// As many as the ids of which fit an array.
  private static final int MOST = 1 << 25;

  /// A document after the first pass.
  ///
  /// @param id SHA-256 of the cleaned text
  /// @param characters code points of the cleaned text
  /// @param broken rules that it breaks, as bits
  /// @param bands its signature; none where it has none
  record Entry(byte[] id, int source, long line, int characters, long broken, long[] bands) {}

  private int count;
  private byte[] ids = new byte[ID_BYTES * 64];
  private int[] sources = new int[64];
  private long[] lines = new long[64];
  private int[] characters = new int[64];
  private long[] broken = new long[64];
  private long[] textStarts = new long[64];
  private int[] textBytes = new int[64];
  private int[] signatures = new int[64];
  private int signed;
  private long[] bands = new long[64 * MinHash.BANDS];

  /// Adds a document.
  ///
  /// @param textStart where its text begins in the file of texts
  void add(Entry entry, long textStart, int bytes) {
    if (count == MOST) {
      throw new TrainException(
          "corpus: more than %d documents; make several corpora of it".formatted(MOST));
    }
    if (count == sources.length) {
      grow(2 * count);
    }
    System.arraycopy(entry.id(), 0, ids, ID_BYTES * count, ID_BYTES);
    sources[count] = entry.source();
    lines[count] = entry.line();
    characters[count] = entry.characters();
    broken[count] = entry.broken();
    textStarts[count] = textStart;
    textBytes[count] = bytes;
    signatures[count] = -1;
    if (entry.bands().length > 0) {
      if (bands.length < (signed + 1) * MinHash.BANDS) {
        bands = Arrays.copyOf(bands, 2 * bands.length);
      }
      System.arraycopy(entry.bands(), 0, bands, signed * MinHash.BANDS, MinHash.BANDS);
      signatures[count] = signed++;
    }
    count++;
  }

  private void grow(int size) {
    ids = Arrays.copyOf(ids, ID_BYTES * size);
    sources = Arrays.copyOf(sources, size);
    lines = Arrays.copyOf(lines, size);
    characters = Arrays.copyOf(characters, size);
    broken = Arrays.copyOf(broken, size);
    textStarts = Arrays.copyOf(textStarts, size);
    textBytes = Arrays.copyOf(textBytes, size);
    signatures = Arrays.copyOf(signatures, size);
  }

  int count() {
    return count;
  }

  /// Documents by id; of the same ones by source and line.
  int[] inOrder() {
    return IndexSort.sorted(
        count,
        (a, b) -> {
          int byId = compareIds(a, b);
          int bySource = byId != 0 ? byId : Integer.compare(sources[a], sources[b]);
          return bySource != 0 ? bySource : Long.compare(lines[a], lines[b]);
        });
  }

  int compareIds(int a, int b) {
    return Arrays.compareUnsigned(
        ids, ID_BYTES * a, ID_BYTES * (a + 1), ids, ID_BYTES * b, ID_BYTES * (b + 1));
  }

  String id(int document) {
    return HexFormat.of().formatHex(ids, ID_BYTES * document, ID_BYTES * (document + 1));
  }

  int source(int document) {
    return sources[document];
  }

  long line(int document) {
    return lines[document];
  }

  int characters(int document) {
    return characters[document];
  }

  long broken(int document) {
    return broken[document];
  }

  long textStart(int document) {
    return textStarts[document];
  }

  int textBytes(int document) {
    return textBytes[document];
  }

  boolean hasSignature(int document) {
    return signatures[document] >= 0;
  }

  long band(int document, int band) {
    return bands[signatures[document] * MinHash.BANDS + band];
  }
}
