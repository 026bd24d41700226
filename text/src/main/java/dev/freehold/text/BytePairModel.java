package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;

/// Byte-pair encoding: the code points of a piece as tokens, merged by rank.
///
/// A code point without a token becomes its bytes `<0xXX>` where the model has those, else the
/// unknown token, else nothing, as in the `tokenizers` library and llama.cpp.
final class BytePairModel implements Model {
  /// How the model differs from the plain one.
  ///
  /// @param ignoreMerges a piece that is a token as a whole is that token
  /// @param byteFallback unknown code points become byte tokens
  /// @param fuseUnknown unknown tokens in a row become one
  /// @param unknown the token of unknown code points
  /// @param prefix what tokens that do not start a piece begin with in the vocabulary
  /// @param suffix what tokens that end a piece end with in the vocabulary
  record Options(
      boolean ignoreMerges,
      boolean byteFallback,
      boolean fuseUnknown,
      OptionalInt unknown,
      String prefix,
      String suffix) {
    static final Options PLAIN = new Options(false, false, false, OptionalInt.empty(), "", "");

    Options ignoringMerges(boolean ignore) {
      return new Options(ignore, byteFallback, fuseUnknown, unknown, prefix, suffix);
    }
  }

  private static final int DIRECT = 1024;

  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final Options options;
  private final BitSet specials;
  private final int[] direct = new int[DIRECT];
  private final int[] bytes;

  /// @param specials ids that text does not become
  BytePairModel(Vocabulary vocabulary, MergeTable merges, Options options, BitSet specials) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    this.specials = specials;
    for (int cp = 0; cp < DIRECT; cp++) {
      direct[cp] = textual(vocabulary.find(new int[] {cp}, 0, 1));
    }
    bytes = options.byteFallback() ? byteTokens(vocabulary) : new int[0];
  }

  /// The ids of the tokens `<0x00>` to `<0xFF>`, -1 where there is none.
  static int[] byteTokens(Vocabulary vocabulary) {
    int[] ids = new int[256];
    for (int b = 0; b < 256; b++) {
      ids[b] = vocabulary.find("<0x%02X>".formatted(b));
    }
    return ids;
  }

  private int textual(int id) {
    return id >= 0 && specials.get(id) ? -1 : id;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  TokenizerTables.Merges mergeTables() {
    return merges.tables();
  }

  @Override
  public Run start() {
    return new PieceCache(new Words());
  }

  private final class Words implements Run {
    private final BytePairMerger merger = new BytePairMerger(merges);
    private boolean afterUnknown;

    @Override
    public void encode(int[] points, int from, int to, IntList out) {
      if (options.ignoreMerges()) {
        int whole = textual(vocabulary.find(points, from, to));
        if (whole >= 0) {
          out.add(whole);
          return;
        }
      }
      merger.clear();
      afterUnknown = false;
      for (int i = from; i < to; i++) {
        int id = symbol(points[i], i == from, i == to - 1);
        if (id >= 0) {
          merger.add(id);
          afterUnknown = false;
        } else if (!addBytes(points[i])) {
          addUnknown();
        }
      }
      merger.merge(out);
    }

    private void addUnknown() {
      if (options.unknown().isPresent() && !(afterUnknown && options.fuseUnknown())) {
        merger.add(options.unknown().getAsInt());
        afterUnknown = true;
      }
    }

    private boolean addBytes(int cp) {
      if (bytes.length == 0) {
        return false;
      }
      byte[] utf8 = Character.toString(cp).getBytes(StandardCharsets.UTF_8);
      for (byte b : utf8) {
        if (bytes[b & 0xFF] < 0) {
          return false;
        }
      }
      for (byte b : utf8) {
        merger.add(bytes[b & 0xFF]);
      }
      return true;
    }
  }

  private int symbol(int cp, boolean first, boolean last) {
    boolean prefixed = !first && !options.prefix().isEmpty();
    boolean suffixed = last && !options.suffix().isEmpty();
    if (!prefixed && !suffixed) {
      return cp < DIRECT ? direct[cp] : textual(vocabulary.find(new int[] {cp}, 0, 1));
    }
    StringBuilder text = new StringBuilder();
    text.append(prefixed ? options.prefix() : "").appendCodePoint(cp);
    return textual(vocabulary.find(text.append(suffixed ? options.suffix() : "").toString()));
  }

  @Override
  public String toString() {
    return "BytePairModel" + Arrays.asList(vocabulary.size(), options);
  }
}
