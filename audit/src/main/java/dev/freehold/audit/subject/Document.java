package dev.freehold.audit.subject;

import dev.freehold.audit.AuditException;
import dev.freehold.tensor.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// A text that belongs to a model: its bytes, their digest, and the characters they spell.
///
/// Bytes that are no UTF-8 (or UTF-16 with a mark) are read as Latin-1, in which every byte is a
/// character, so that no text can hide behind a wrong byte.
public final class Document {
  /// More than any licence or card has.
  public static final int MOST_BYTES = 1 << 20;

  private static final int MOST_QUOTE = 400;

  private final String name;
  private final byte[] bytes;
  private final String sha256;
  private final Charset charset;
  private final String text;

  /// @throws AuditException where there are more than [#MOST_BYTES]
  public Document(String name, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new AuditException(
          "%s: a document has at most %d bytes, found %d"
              .formatted(name, MOST_BYTES, bytes.length));
    }
    this.name = name;
    this.bytes = bytes.clone();
    this.sha256 = Sha256.of(this.bytes);
    this.charset = charset(this.bytes);
    this.text = new String(this.bytes, charset);
  }

  private static Charset charset(byte[] bytes) {
    if (bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF) {
      return StandardCharsets.UTF_16BE;
    }
    if (bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
      return StandardCharsets.UTF_16LE;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return StandardCharsets.UTF_8;
    } catch (CharacterCodingException other) {
      return StandardCharsets.ISO_8859_1;
    }
  }

  public String name() {
    return name;
  }

  /// The name without its folders, in lower case.
  public String fileName() {
    return name.substring(name.lastIndexOf('/') + 1).toLowerCase(java.util.Locale.ROOT);
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public long size() {
    return bytes.length;
  }

  public String sha256() {
    return sha256;
  }

  public String text() {
    return text;
  }

  /// The quotation of the characters `[from, to)`.
  public Span span(int from, int to) {
    int end = Math.min(to, from + MOST_QUOTE);
    String quote = text.substring(from, end).replaceAll("\\s+", " ").strip();
    return new Span(name, sha256, byteOffset(from), end < to ? quote + " ..." : quote);
  }

  /// The document as a whole.
  public Span whole() {
    return span(0, Math.min(text.length(), 80));
  }

  private long byteOffset(int from) {
    if (charset.equals(StandardCharsets.ISO_8859_1)) {
      return from;
    }
    if (!charset.equals(StandardCharsets.UTF_8)) {
      return 2L * from;
    }
    long offset = 0;
    for (int i = 0; i < from; i++) {
      char c = text.charAt(i);
      offset += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return offset;
  }
}
