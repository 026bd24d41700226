package dev.freehold.vault.bundle;

import dev.freehold.vault.VaultException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// One header block of a tar file.
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
///
/// @param type `0` a file, `2` a symbolic link, `5` a folder, `x` more about the next entry
/// @param target of a link
record TarHeader(String name, char type, int mode, long size, String target) {
  static final int BLOCK = 512;

  /// The largest size that the field for it holds.
  static final long LARGEST = (1L << 33) - 1;

  static final char FILE = '0';
  static final char LINK = '2';
  static final char FOLDER = '5';
  static final char EXTENDED = 'x';

  private static final int NAME = 100;
  private static final int PREFIX = 155;
  private static final int PREFIX_AT = 345;
  private static final int SUM_AT = 148;
  private static final int MAGIC_AT = 257;
  private static final byte[] MAGIC = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

  /// Whether name and target fit into their fields, without an extended header.
  boolean fits() {
    return size <= LARGEST
        && target.getBytes(StandardCharsets.UTF_8).length <= NAME
        && (isShort(name) || cut(name) > 0);
  }

  private static boolean isShort(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length <= NAME;
  }

  /// Where a name can be cut at a slash into a prefix and a rest that fit; 0 where nowhere.
  private static int cut(String name) {
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      int prefix = name.substring(0, slash).getBytes(StandardCharsets.UTF_8).length;
      if (prefix <= PREFIX && isShort(name.substring(slash + 1))) {
        return slash;
      }
    }
    return 0;
  }

  /// The block; a name that does not fit is cut off, as an extended header before it says it whole.
  byte[] encode() {
    byte[] block = new byte[BLOCK];
    int cut = isShort(name) ? 0 : cut(name);
    put(block, 0, NAME, cut == 0 ? name : name.substring(cut + 1));
    put(block, PREFIX_AT, PREFIX, name.substring(0, cut));
    octal(block, 100, 8, mode);
    octal(block, 108, 8, 0);
    octal(block, 116, 8, 0);
    octal(block, 124, 12, Math.min(size, LARGEST));
    octal(block, 136, 12, 0);
    block[156] = (byte) type;
    put(block, 157, NAME, target);
    System.arraycopy(MAGIC, 0, block, MAGIC_AT, MAGIC.length);
    Arrays.fill(block, SUM_AT, SUM_AT + 8, (byte) ' ');
    octal(block, SUM_AT, 7, sum(block));
    return block;
  }

  private static void put(byte[] block, int at, int most, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, Math.min(most, bytes.length));
  }

  private static void octal(byte[] block, int at, int width, long value) {
    String digits = String.format(Locale.ROOT, "%0" + (width - 1) + "o", value);
    put(block, at, width - 1, digits);
    block[at + width - 1] = 0;
  }

  private static int sum(byte[] block) {
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    return sum;
  }

  /// @throws VaultException where it is no header
  static TarHeader decode(byte[] block) {
    byte[] unsigned = block.clone();
    Arrays.fill(unsigned, SUM_AT, SUM_AT + 8, (byte) ' ');
    if (number(block, SUM_AT, 8) != sum(unsigned)) {
      throw new VaultException("not a tar file, or a damaged one: a header's sum is wrong");
    }
    String name = text(block, 0, NAME);
    boolean isUstar = text(block, MAGIC_AT, 5).equals("ustar");
    String prefix = isUstar && block[MAGIC_AT + 5] == 0 ? text(block, PREFIX_AT, PREFIX) : "";
    char type = block[156] == 0 ? FILE : (char) (block[156] & 0xff);
    return new TarHeader(
        prefix.isEmpty() ? name : prefix + "/" + name,
        type,
        (int) number(block, 100, 8),
        number(block, 124, 12),
        text(block, 157, NAME));
  }

  private static String text(byte[] block, int at, int most) {
    int end = at;
    while (end < at + most && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, StandardCharsets.UTF_8);
  }

  /// Octal digits, or, where the first bit is set, a binary number, as GNU's tar writes large ones.
  private static long number(byte[] block, int at, int width) {
    if ((block[at] & 0x80) != 0) {
      long value = ByteBuffer.wrap(block, at + width - 8, 8).getLong();
      for (int i = at + 1; i < at + width - 8; i++) {
        value |= block[i] == 0 ? 0 : Long.MIN_VALUE;
      }
      if (value < 0 || block[at] != (byte) 0x80) {
        throw new VaultException(
            "not a tar file, or a damaged one: a header has a number that is too large");
      }
      return value;
    }
    String digits = text(block, at, width).strip();
    if (!digits.matches("[0-7]{0,22}") || digits.length() > 21) {
      throw new VaultException(
          "not a tar file, or a damaged one: a header has something else where a number belongs");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }
}
