package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.sandbox.ProtectedPaths;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceException;
import dev.freehold.agent.workspace.WorkspaceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// Where agents' runs, workspaces and rules lie: all outside of what commands may change.
final class AgentPlaces {
  private AgentPlaces() {}

  /// `$XDG_STATE_HOME/freehold/agent`, or the same under `~/.local/state`.
  static Path folder(Surroundings surroundings) {
    return LedgerPlaces.state(surroundings).resolve("agent");
  }

  static Journal journal(Surroundings surroundings) {
    LedgerPlaces.useSqlite(surroundings);
    return Journal.open(
        folder(surroundings).resolve("journal.sqlite"), surroundings.clock(), new SecureRandom());
  }

  static Path workspace(Surroundings surroundings, String run) {
    return folder(surroundings).resolve("workspaces").resolve(run);
  }

  /// A folder without files, for a workspace that is a copy of none.
  ///
  /// @throws WorkspaceException where it cannot be made
  static Path empty(Path workspace) {
    Path empty = workspace.resolveSibling(workspace.getFileName() + "-empty");
    try {
      return Files.createDirectories(empty);
    } catch (IOException failure) {
      throw new WorkspaceException("%s: cannot be created: %s".formatted(empty, failure), failure);
    }
  }

  /// Removes the workspace of a run.
  static void delete(Surroundings surroundings, String run) {
    Path place = workspace(surroundings, run);
    Workspace.delete(place);
    Workspace.delete(place.resolveSibling(place.getFileName() + "-empty"));
  }

  static Workspace open(Surroundings surroundings, RunHead run) {
    return Workspace.open(
        workspace(surroundings, run.id()), WorkspaceLimits.DEFAULT, AgentPlaces::isKept);
  }

  /// Whether a path of the person's folder stays as it is, whatever an agent did to its copy.
  static boolean isKept(String path) {
    return ProtectedPaths.isProtected(Path.of(path));
  }

  /// `agent-rules.json` beside the other settings.
  static Path rules(Surroundings surroundings) {
    return Configuration.folder(surroundings).resolve("agent-rules.json");
  }
}
