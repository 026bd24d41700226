package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What stands on the protected paths of workspaces while commands run in them.
///
/// A mount needs something to stand on. Where a protected path is not there, it is an empty folder:
/// git does not see it, and taking it away again can lose nothing, since only an empty folder can
/// be taken away. (`.git/commondir` is a file that says what git takes without it, since git would
/// read a folder as an error.) It goes when the last command in the workspace has ended; one that a
/// killed program left is harmless, and goes after the next command.
final class WorkspaceGuards {
  private static final String GIT = ".git";

  private static final String COMMON = ".git/commondir";
  private static final String COMMON_TEXT = ".\n";

  private final Map<Path, Integer> commands = new HashMap<>();

  /// What bubblewrap is to mount, in order, within a workspace.
  ///
  /// @param own folders that are mounted onto themselves, so that they cannot be renamed
  /// @param readOnly files and folders that cannot be changed
  record Mounts(List<Path> own, List<Path> readOnly) {}

  /// Called once per command; [#leave] ends it.
  synchronized Mounts enter(Path workspace) {
    List<Path> own = new ArrayList<>();
    List<Path> readOnly = new ArrayList<>();
    commands.merge(workspace, 1, Integer::sum);
    try {
      boolean hasGit = isFolder(workspace.resolve(GIT));
      if (hasGit) {
        own.add(workspace.resolve(GIT));
      } else {
        readOnly.add(standing(workspace.resolve(GIT), false));
      }
      for (String name : ProtectedPaths.GUARDED) {
        if (hasGit || !name.startsWith(GIT + "/")) {
          readOnly.add(standing(workspace.resolve(name), name.equals(COMMON)));
        }
      }
    } catch (IOException | SandboxException e) {
      leave(workspace);
      throw e instanceof SandboxException known
          ? known
          : new SandboxException(
              "the protected files of '" + workspace + "' cannot be guarded: " + e, e);
    }
    return new Mounts(own, readOnly);
  }

  private static Path standing(Path path, boolean isCommon) throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw new SandboxException(
          "'" + path + "' is a symbolic link and cannot be guarded; take it out of the workspace");
    }
    try {
      if (isCommon) {
        Files.writeString(path, COMMON_TEXT, StandardOpenOption.CREATE_NEW);
      } else {
        Files.createDirectory(path);
      }
    } catch (FileAlreadyExistsException isThere) {
      // a file or folder of the workspace, or what another command stands on
    }
    return path;
  }

  synchronized void leave(Path workspace) {
    if (commands.merge(workspace, -1, Integer::sum) > 0) {
      return;
    }
    commands.remove(workspace);
    List<String> names = new ArrayList<>(ProtectedPaths.GUARDED);
    names.add(GIT);
    for (String name : names) {
      Path path = workspace.resolve(name);
      try {
        if (name.equals(COMMON) ? saysNothing(path) : isFolder(path)) {
          Files.deleteIfExists(path);
        }
      } catch (DirectoryNotEmptyException | NoSuchFileException used) {
        // it is of the workspace
      } catch (IOException e) {
        throw new SandboxException("'" + path + "' cannot be taken away: " + e.getMessage(), e);
      }
    }
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean saysNothing(Path path) throws IOException {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && Files.size(path) == COMMON_TEXT.length()
        && Files.readString(path, StandardCharsets.ISO_8859_1).equals(COMMON_TEXT);
  }
}
