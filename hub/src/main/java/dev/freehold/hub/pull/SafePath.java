package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Paths that a server names, before they become files: relative, without tricks, and the same file
/// on every system.
public final class SafePath {
  private static final int MAX_PART_BYTES = 200;
  private static final int MAX_PARTS = 8;
  private static final Set<String> RESERVED =
      Set.of("con", "prn", "aux", "nul", "conin$", "conout$");

  private SafePath() {}

  /// Why a path is refused; empty for one that is good.
  public static Optional<String> problem(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length > MAX_PARTS) {
      return Optional.of("more than " + MAX_PARTS + " folders deep");
    }
    for (String part : parts) {
      Optional<String> problem = problemOfPart(part);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Normalizer.isNormalized(path, Normalizer.Form.NFC)
        ? Optional.empty()
        : Optional.of("its letters are not in composed form (NFC)");
  }

  private static Optional<String> problemOfPart(String part) {
    if (part.isEmpty()) {
      return Optional.of("an empty part, as an absolute path has");
    }
    if (part.equals(".") || part.equals("..")) {
      return Optional.of("a part \"" + part + "\"");
    }
    if (part.getBytes(StandardCharsets.UTF_8).length > MAX_PART_BYTES) {
      return Optional.of("a part of more than " + MAX_PART_BYTES + " bytes");
    }
    if (part.endsWith(".") || part.endsWith(" ") || part.startsWith(" ")) {
      return Optional.of("a part that ends with a dot or begins or ends with a space");
    }
    boolean isPlain =
        part.codePoints()
            .allMatch(c ->
                "\\:*?\"<>|".indexOf(c) < 0
                    && !Character.isISOControl(c)
                    && Character.getType(c) != Character.FORMAT
                    && Character.getType(c) != Character.SURROGATE
                    && Character.getType(c) != Character.LINE_SEPARATOR
                    && Character.getType(c) != Character.PARAGRAPH_SEPARATOR);
    if (!isPlain) {
      return Optional.of("a control character or one of \\ : * ? \" < > |");
    }
    String stem = part.toLowerCase(Locale.ROOT).split("\\.", 2)[0];
    return RESERVED.contains(stem) || stem.matches("(com|lpt)[0-9¹²³]")
        ? Optional.of("the name \"" + stem + "\", which is a device on Windows")
        : Optional.empty();
  }

  /// @throws HubException where the path is refused
  static void require(String path) {
    problem(path)
        .ifPresent(problem -> {
          throw new HubException(
              "the server names a file \"%s\": refused, it has %s".formatted(shown(path), problem));
        });
  }

  /// The path below a folder.
  static Path below(Path folder, String path) {
    require(path);
    Path place = folder;
    for (String part : path.split("/")) {
      place = place.resolve(part);
    }
    return place;
  }

  /// Refuses paths that are one file on a system that does not tell case.
  static void requireDistinct(List<String> paths) {
    Map<String, String> seen = new HashMap<>();
    for (String path : paths) {
      String twin = seen.putIfAbsent(path.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), path);
      if (twin != null) {
        throw new HubException(
            "the server names both \"%s\" and \"%s\", which are one file on some systems: refused"
                .formatted(shown(twin), shown(path)));
      }
    }
  }

  static String shown(String path) {
    return path.length() > 120 ? path.substring(0, 120) + "..." : path;
  }
}
