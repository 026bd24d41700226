package dev.freehold.tensor;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Passes bytes on and refuses those that are not UTF-8 as of RFC 3629, a byte order mark, and more
/// bytes than a limit.
final class Utf8Stream extends FilterInputStream {
  private final String source;
  private final long maxBytes;
  private long position;
  private int pending; // continuation bytes that the current character still needs
  private int low = 0x80; // bounds of the next one
  private int high = 0xbf;

  Utf8Stream(InputStream in, String source, long maxBytes) {
    super(in);
    this.source = source;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int read = super.read(target, from, length);
    if (read < 0 && pending > 0) {
      throw malformed("ends within a character");
    }
    for (int i = from; i < from + read; i++) {
      int b = target[i];
      if (b < 0 || pending > 0) {
        check(b & 0xff);
      }
      position++;
    }
    if (position > maxBytes) {
      throw new TensorException("%s: more than %d bytes, the limit".formatted(source, maxBytes));
    }
    return read;
  }

  @Override
  public long skip(long bytes) {
    throw new UnsupportedOperationException("every byte is checked");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void check(int b) {
    if (pending > 0) {
      if (b < low || b > high) {
        throw malformed("0x%02x cannot continue a character".formatted(b));
      }
      pending--;
      low = 0x80;
      high = 0xbf;
      return;
    }
    if (b == 0xef && position == 0) {
      throw malformed("the text begins with a byte order mark or is not JSON");
    }
    if (b < 0xc2 || b > 0xf4) {
      throw malformed("0x%02x cannot begin a character".formatted(b));
    }
    pending = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
    low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
  }

  private TensorException malformed(String how) {
    return new TensorException("%s: not UTF-8 at byte %d: %s".formatted(source, position, how));
  }
}
