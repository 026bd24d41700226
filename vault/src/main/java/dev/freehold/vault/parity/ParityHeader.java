package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What a parity file begins and ends with: which file it is for, and how that is cut up.
///
/// In this order, numbers little-endian: `FHPARITY`; u16 version 1; u16 code 1 (the field, matrix
/// and planes of this package); u32 bytes of a block; u16 data columns; u16 parity columns; u32
/// stripes of a group; u64 length of the file; u64 stripes; its SHA-256; a line of plain English;
/// zeros; u32 CRC-32C of all before it.
record ParityHeader(Digest digest, Layout layout) {
  private static final byte[] MAGIC = "FHPARITY".getBytes(StandardCharsets.US_ASCII);
  private static final short VERSION = 1;
  private static final short CODE = 1;
  private static final int DIGEST_BYTES = 32;
  private static final byte[] EXPLANATION =
      """
      Parity of the file whose SHA-256 is above, by Freehold. \
      docs/decisions/parity.md in its source says how the file is computed again from this.
      """
          .getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKED = Layout.HEADER_BYTES - Integer.BYTES;

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(Layout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort(VERSION).putShort(CODE);
    bytes.putInt(layout.blockBytes());
    bytes.putShort((short) layout.dataColumns()).putShort((short) layout.parityColumns());
    bytes.putInt(layout.group()).putLong(layout.length()).putLong(layout.stripes());
    bytes.put(HexFormat.of().parseHex(digest.hex())).put(EXPLANATION);
    bytes.putInt(CHECKED, checkOf(bytes));
    return bytes.clear();
  }

  /// The header in these bytes; none where they are damaged, or of another version.
  static Optional<ParityHeader> decode(ByteBuffer source) {
    ByteBuffer bytes = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    boolean whole = bytes.getInt(CHECKED) == checkOf(bytes);
    if (!whole || !Arrays.equals(magic, MAGIC)) {
      return Optional.empty();
    }
    if (bytes.getShort() != VERSION || bytes.getShort() != CODE) {
      return Optional.empty();
    }
    int blockBytes = bytes.getInt();
    int dataColumns = bytes.getShort() & 0xffff;
    int parityColumns = bytes.getShort() & 0xffff;
    int group = bytes.getInt();
    long length = bytes.getLong();
    long stripes = bytes.getLong();
    byte[] sha256 = new byte[DIGEST_BYTES];
    bytes.get(sha256);
    return Optional.of(
        new ParityHeader(
            Digest.of(sha256),
            new Layout(length, blockBytes, dataColumns, parityColumns, stripes, group)));
  }

  private static int checkOf(ByteBuffer bytes) {
    CRC32C check = new CRC32C();
    check.update(bytes.duplicate().position(0).limit(CHECKED));
    return (int) check.getValue();
  }
}
