package dev.freehold.agent.tool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads and writes the text files of a workspace.
final class TextFile {
  static final int MAX_BYTES = 8 << 20;

  private TextFile() {}

  /// The text of a file.
  ///
  /// @throws ToolException where there is none, or it is no text or too large
  static String read(Place place) {
    if (place.isFolder()) {
      throw new ToolException("%s: is a folder".formatted(place.path()));
    }
    if (!place.exists()) {
      throw new ToolException(
          "%s: there is no such file%s".formatted(place.path(), suggestion(place)));
    }
    if (!place.isFile()) {
      throw new ToolException("%s: is no regular file".formatted(place.path()));
    }
    try (InputStream in = Files.newInputStream(place.file(), LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ToolException(
            "%s: has more than %d MiB; look at parts of it with bash"
                .formatted(place.path(), MAX_BYTES >> 20));
      }
      return text(bytes)
          .orElseThrow(() ->
              new ToolException(
                  String.format(
                      Locale.ROOT, "%s: is binary, %,d bytes", place.path(), bytes.length)));
    } catch (NoSuchFileException gone) {
      throw new ToolException("%s: there is no such file".formatted(place.path()), gone);
    } catch (IOException failure) {
      throw new ToolException("%s: cannot be read: %s".formatted(place.path(), failure), failure);
    }
  }

  /// Bytes as text; empty where they are none.
  static Optional<String> text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  /// A file of the same name in another folder, or of a similar one in this.
  private static String suggestion(Place place) {
    Path parent = place.file().getParent();
    String name = String.valueOf(place.file().getFileName()).toLowerCase(Locale.ROOT);
    if (parent == null || !Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      return "; the folder does not exist either";
    }
    try (Stream<Path> there = Files.list(parent)) {
      Set<String> near =
          there
              .limit(10_000)
              .map(file -> String.valueOf(file.getFileName()))
              .filter(other -> other.toLowerCase(Locale.ROOT).equals(name))
              .collect(Collectors.toSet());
      return near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
    } catch (IOException unknown) {
      return "";
    }
  }

  /// Writes a whole file at once, with the permissions that it had.
  static void write(Place place, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new ToolException(
          "\"content\": at most %d MiB can be written at once".formatted(MAX_BYTES >> 20));
    }
    if (place.exists() && !place.isFile()) {
      throw new ToolException("%s: is there, and no regular file".formatted(place.path()));
    }
    try {
      Path parent = Objects.requireNonNull(place.file().getParent());
      Files.createDirectories(parent);
      if (!place.exists()) {
        Files.write(place.file(), bytes);
        return;
      }
      Path part = Files.createTempFile(parent, ".", ".part");
      try {
        Files.write(part, bytes);
        Files.setPosixFilePermissions(
            part, Files.getPosixFilePermissions(place.file(), LinkOption.NOFOLLOW_LINKS));
        Files.move(
            part,
            place.file(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException failure) {
      throw new ToolException(
          "%s: cannot be written: %s".formatted(place.path(), failure), failure);
    }
  }

  /// The lines of a text; the line break at its end begins no line.
  static List<String> lines(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> lines = List.of(text.split("\n", -1));
    return lines.getLast().isEmpty() ? lines.subList(0, lines.size() - 1) : lines;
  }
}
