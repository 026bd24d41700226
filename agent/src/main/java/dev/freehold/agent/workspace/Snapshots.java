package dev.freehold.agent.workspace;

import java.nio.file.Path;

/// Snapshots of a folder in which tools work.
public interface Snapshots {
  /// The folder.
  Path root();

  /// Keeps how the folder is now.
  ///
  /// @return names the snapshot; equal where nothing changed
  String take();

  /// Puts the folder back.
  ///
  /// @param snapshot as [#take] named it
  void restore(String snapshot);
}
