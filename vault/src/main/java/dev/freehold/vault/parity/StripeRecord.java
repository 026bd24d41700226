package dev.freehold.vault.parity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The CRC-32C of every block of a stripe, data before parity, by which damaged ones are known.
///
/// It ends with a CRC-32C over the digest of the file, the stripe's number and the checks, so that
/// a record of another stripe or file is not taken for this one's.
final class StripeRecord {
  private final ParityHeader header;
  private final long stripe;
  private final int[] checks;

  StripeRecord(ParityHeader header, long stripe) {
    this.header = header;
    this.stripe = stripe;
    this.checks = new int[header.layout().dataColumns() + header.layout().parityColumns()];
  }

  /// Records without checks for the stripes of a group.
  static StripeRecord[] ofGroup(ParityHeader header, long first, int size) {
    StripeRecord[] records = new StripeRecord[size];
    for (int s = 0; s < size; s++) {
      records[s] = new StripeRecord(header, first + s);
    }
    return records;
  }

  /// Takes the checks of another record of the same stripe.
  void takeChecks(StripeRecord other) {
    System.arraycopy(other.checks, 0, checks, 0, checks.length);
  }

  static int checkOf(ByteBuffer block) {
    CRC32C check = new CRC32C();
    check.update(block);
    return (int) check.getValue();
  }

  void setData(int column, int check) {
    checks[column] = check;
  }

  void setParity(int row, int check) {
    checks[header.layout().dataColumns() + row] = check;
  }

  int data(int column) {
    return checks[column];
  }

  int parity(int row) {
    return checks[header.layout().dataColumns() + row];
  }

  void encode(ByteBuffer target) {
    ByteBuffer bytes = target.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int check : checks) {
      bytes.putInt(check);
    }
    bytes.putInt(ownCheck());
    target.position(target.position() + bytes.position());
  }

  /// Takes the checks from these bytes, and says whether they are this stripe's and whole.
  boolean decode(ByteBuffer source) {
    ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < checks.length; i++) {
      checks[i] = bytes.getInt();
    }
    int expected = bytes.getInt();
    source.position(source.position() + bytes.position());
    return expected == ownCheck();
  }

  private int ownCheck() {
    byte[] digest = HexFormat.of().parseHex(header.digest().hex());
    ByteBuffer bytes =
        ByteBuffer.allocate(digest.length + Long.BYTES + checks.length * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(digest).putLong(stripe);
    for (int check : checks) {
      bytes.putInt(check);
    }
    return checkOf(bytes.flip());
  }
}
