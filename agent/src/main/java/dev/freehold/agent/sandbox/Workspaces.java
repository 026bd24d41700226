package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which folders a command may be given to write.
final class Workspaces {
  private Workspaces() {}

  /// @throws SandboxException where it is no folder, is reached by a symbolic link, or would hide
  ///   the system
  static Path checked(Path workspace) {
    try {
      if (!workspace.isAbsolute() || !workspace.toRealPath().equals(workspace)) {
        throw new SandboxException(
            "the workspace '" + workspace + "' is not named by its real, absolute path");
      }
    } catch (IOException e) {
      throw new SandboxException("the workspace '" + workspace + "' is not there", e);
    }
    boolean hidesSystem =
        workspace.getNameCount() < 2
            || SystemPaths.folders().stream().anyMatch(workspace::startsWith)
            || workspace.startsWith("/etc")
            || workspace.startsWith("/proc")
            || workspace.startsWith("/sys")
            || workspace.startsWith("/dev");
    if (hidesSystem || !Files.isDirectory(workspace)) {
      throw new SandboxException(
          "'" + workspace + "' cannot be a workspace; give a folder of its own");
    }
    return workspace;
  }
}
