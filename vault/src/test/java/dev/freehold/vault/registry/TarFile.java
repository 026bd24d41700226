package dev.freehold.vault.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// Makes tar archives, honest ones and others.
final class TarFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarFile file(String name, byte[] content) {
    return entry(name, '0', 0644, content.length, content);
  }

  TarFile file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  TarFile link(String name, char type) {
    return entry(name, type, 0777, 0, new byte[0]);
  }

  /// An entry whose header says what it is told to.
  TarFile entry(String name, char type, int mode, long size, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "%07o".formatted(mode));
    put(header, 124, "%011o".formatted(size));
    put(header, 136, "%011o".formatted(0));
    header[156] = (byte) type;
    put(header, 157, type == '1' || type == '2' ? "/etc/passwd" : "");
    put(header, 257, "ustar");
    put(header, 263, "00");
    put(header, 148, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  /// An entry that is preceded by an extended header.
  TarFile pax(String record, String name, String content) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    return entry("pax", 'x', 0644, bytes.length, bytes).file(name, content);
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(out.toByteArray());
    all.writeBytes(new byte[1024]);
    return all.toByteArray();
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, Math.min(bytes.length, at == 0 ? 100 : bytes.length));
  }
}
