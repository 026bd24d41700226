package dev.freehold.agent.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file or folder of the workspace that a model named.
///
/// @param file where it really is, no link among its names
/// @param path the same within the workspace, `/` between names; empty for the workspace itself
record Place(Path file, String path) {
  private static final int MAX_LENGTH = 4_096;

  /// Finds what a path names, through links as long as they stay within the workspace.
  ///
  /// While tools that take paths run, nothing else changes the workspace.
  ///
  /// @throws ToolException where it names nothing within the workspace
  static Place of(Path workspace, String named) {
    if (named.isBlank() || named.length() > MAX_LENGTH || named.indexOf('\0') >= 0) {
      throw new ToolException("\"path\": expected a path within the workspace, as src/main.c");
    }
    try {
      Path root = workspace.toRealPath();
      Path asked = Path.of(named);
      Path wanted =
          asked.isAbsolute() && asked.startsWith(workspace)
              ? root.resolve(workspace.relativize(asked))
              : root.resolve(asked);
      wanted = wanted.normalize();
      if (!wanted.startsWith(root)) {
        throw outside(named);
      }
      Path real = real(wanted, root);
      if (!real.startsWith(root)) {
        throw outside(named);
      }
      return new Place(real, root.relativize(real).toString());
    } catch (InvalidPathException wrong) {
      throw new ToolException("\"path\": is no path: " + wrong.getReason(), wrong);
    } catch (IOException failure) {
      throw new ToolException("%s: cannot be reached: %s".formatted(named, failure), failure);
    }
  }

  /// The path with all links of it followed, as far as it exists.
  private static Path real(Path wanted, Path root) throws IOException {
    if (Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
      try {
        return wanted.toRealPath();
      } catch (NoSuchFileException dangling) {
        throw new ToolException(
            "%s: is a link that leads nowhere; it is left alone".formatted(root.relativize(wanted)),
            dangling);
      }
    }
    Path parent = wanted.getParent();
    Path name = wanted.getFileName();
    if (parent == null || name == null) {
      return wanted;
    }
    return real(parent, root).resolve(name);
  }

  private static ToolException outside(String named) {
    return new ToolException(
        "%s: is outside of the workspace; name paths within it, without .. and without / in front"
            .formatted(named.length() > 200 ? named.substring(0, 200) + "…" : named));
  }

  boolean isFile() {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  boolean isFolder() {
    return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
  }

  boolean exists() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
