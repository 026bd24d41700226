package dev.freehold.cli.launch;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client's file of settings: one [Edit] is put into it, the rest of it stays, the file as it was
/// is kept beside it, and at no moment is there half a file.
///
/// Failures: a [CliException] where the file is there and cannot be understood; nothing is changed
/// then.
public final class SettingsFile {
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(4 << 20);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /// What an edit did.
  ///
  /// @param change what is different now, in words; empty where all was as it should be
  /// @param backup the file as it was, where there was one
  public record Outcome(Path file, Optional<String> change, Optional<Path> backup) {}

  private final Clock clock;

  public SettingsFile(Clock clock) {
    this.clock = clock;
  }

  /// Makes an edit.
  public Outcome apply(Edit edit) {
    try {
      Path file = Files.exists(edit.file()) ? edit.file().toRealPath() : edit.file();
      Optional<String> before = read(file);
      String after =
          switch (edit) {
            case Edit.Whole whole -> whole.text();
            case Edit.Member member -> merged(file, before, member);
          };
      if (before.isPresent() && before.get().equals(after)) {
        return new Outcome(file, Optional.empty(), Optional.empty());
      }
      Optional<Path> backup = before.isPresent() ? Optional.of(backUp(file)) : Optional.empty();
      write(file, after);
      return new Outcome(file, Optional.of(told(edit, before)), backup);
    } catch (IOException failure) {
      throw new CliException(
          "%s: cannot be changed: %s".formatted(edit.file(), failure.getMessage()), failure);
    }
  }

  private static Optional<String> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > LIMITS.maxBytes()) {
      throw new CliException(
          "%s: more than %d bytes are no settings".formatted(file, LIMITS.maxBytes()));
    }
    return Optional.of(Files.readString(file));
  }

  private static String merged(Path file, Optional<String> before, Edit.Member edit) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    if (before.isPresent() && !before.get().isBlank()) {
      root = object(parse(file, before.get(), edit), file, "the file", edit);
    }
    ObjectNode object = root;
    List<String> path = edit.path();
    for (String name : path.subList(0, path.size() - 1)) {
      JsonNode inner = object.path(name);
      object = inner.isMissingNode() ? object.putObject(name) : object(inner, file, name, edit);
    }
    if (edit.value().equals(object.get(path.getLast()))) {
      return before.orElseThrow(); // as it was, down to its spaces
    }
    object.set(path.getLast(), edit.value());
    return root.toPrettyString() + "\n";
  }

  private static JsonNode parse(Path file, String text, Edit.Member edit) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), file.toString(), LIMITS);
    } catch (TensorException failure) {
      throw refused(String.valueOf(failure.getMessage()), edit);
    }
  }

  private static ObjectNode object(JsonNode node, Path file, String name, Edit.Member edit) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw refused("%s: %s is no JSON object".formatted(file, name), edit);
  }

  /// Comments and other things that JSON lacks would be lost, so that such a file is left alone.
  private static CliException refused(String reason, Edit.Member edit) {
    return new CliException(
        Exit.FAILURE,
        reason + "; nothing was changed",
        "Put this into it yourself as %s: %s"
            .formatted(String.join(".", edit.path()), edit.value()));
  }

  private static String told(Edit edit, Optional<String> before) {
    return switch (edit) {
      case Edit.Whole whole -> before.isPresent() ? "written again" : "written";
      case Edit.Member member ->
          "%s is now %s".formatted(String.join(".", member.path()), member.value());
    };
  }

  private Path backUp(Path file) throws IOException {
    Path backup =
        file.resolveSibling(file.getFileName() + ".before-" + STAMP.format(clock.instant()));
    return Files.copy(file, backup, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /// Writes a file as a whole: under another name first, then to its place at once.
  static void write(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder");
    }
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, ".freehold", ".part");
    try {
      Files.writeString(part, text);
      if (Files.exists(file)) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(part, permissions);
      }
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
