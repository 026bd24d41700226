package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Whether a file that came from elsewhere begins as its name says.
public final class ModelContent {
  private static final String POINTER = "version https://git-lfs.github.com/spec/";
  private static final int HEAD_BYTES = 64;
  private static final long MAX_SAFETENSORS_HEADER = 100_000_000;

  private ModelContent() {}

  /// Refuses what is not what its name says: a Git LFS pointer, a page, another format.
  ///
  /// @param name of the file, which says what it must be
  /// @throws HubException where it is something else
  public static void require(String name, long size, Path path) throws IOException {
    String plain = name.toLowerCase(Locale.ROOT);
    boolean isGguf = plain.endsWith(".gguf");
    if (!isGguf && !plain.endsWith(".safetensors")) {
      return;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith(POINTER)) {
      throw new HubException(
          name
              + " is a Git LFS pointer file, not the model: whoever uploaded it did not upload the"
              + " weights");
    }
    if (isGguf && !text.startsWith("GGUF") || !isGguf && !isSafetensors(head, size)) {
      throw new HubException(
          "%s is no %s file: it begins with \"%s\""
              .formatted(name, isGguf ? "GGUF" : "safetensors", printable(head)));
    }
  }

  private static boolean isSafetensors(byte[] head, long size) {
    if (head.length < 9) {
      return false;
    }
    long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return header > 0
        && header <= MAX_SAFETENSORS_HEADER
        && header <= size - Long.BYTES
        && head[Long.BYTES] == '{';
  }

  private static String printable(byte[] head) {
    StringBuilder text = new StringBuilder();
    for (byte b : Arrays.copyOf(head, Math.min(16, head.length))) {
      text.append(b >= 0x20 && b < 0x7F ? Character.toString(b) : "\\x%02x".formatted(b));
    }
    return text.toString();
  }
}
