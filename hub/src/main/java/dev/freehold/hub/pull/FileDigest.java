package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/// What a file's bytes must hash to.
///
/// Hugging Face names large files by SHA-256 and small ones as git does, by SHA-1 over `blob`, the
/// length and the bytes; Ollama all by SHA-256.
///
/// @param hex in small letters
public record FileDigest(Kind kind, String hex) {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

  /// How bytes are hashed.
  public enum Kind {
    SHA256,
    GIT_SHA1
  }

  public FileDigest {
    if (!(kind == Kind.SHA256 ? SHA256 : SHA1).matcher(hex).matches()) {
      throw new HubException(
          "expected a digest of %d hexadecimal digits in small letters, found \"%s\""
              .formatted(
                  kind == Kind.SHA256 ? 64 : 40, hex.substring(0, Math.min(100, hex.length()))));
    }
  }

  public static FileDigest sha256(String hex) {
    return new FileDigest(Kind.SHA256, hex);
  }

  /// A digest as the hub's entity tags hold it: 64 digits are SHA-256, 40 a git object.
  static FileDigest ofTag(String tag) {
    return new FileDigest(tag.length() == 40 ? Kind.GIT_SHA1 : Kind.SHA256, tag);
  }

  /// Hashes the first `length` bytes of a file.
  ///
  /// @param progress told of the bytes hashed so far
  static String of(Path file, Kind kind, long length, LongConsumer progress) throws IOException {
    MessageDigest digest = begin(kind, length);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long done = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (done < length) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, length - done));
        int count = channel.read(buffer, done);
        if (count < 0) {
          throw new IOException("%s ends at byte %d of %d".formatted(file, done, length));
        }
        digest.update(buffer.flip());
        done += count;
        progress.accept(done);
        if (Thread.interrupted()) {
          throw new java.nio.channels.ClosedByInterruptException();
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The SHA-256 of a text.
  static String ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The SHA-256 of bytes.
  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(begin(Kind.SHA256, bytes.length).digest(bytes));
  }

  private static MessageDigest begin(Kind kind, long length) {
    try {
      return switch (kind) {
        case SHA256 -> MessageDigest.getInstance("SHA-256");
        case GIT_SHA1 -> {
          MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
          sha1.update(("blob " + length + "\0").getBytes(StandardCharsets.US_ASCII));
          yield sha1;
        }
      };
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return (kind == Kind.SHA256 ? "sha256:" : "git:") + hex.toLowerCase(Locale.ROOT);
  }
}
