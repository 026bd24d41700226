package dev.freehold.agent.sandbox;

import java.nio.file.Path;
import java.util.List;

/// What commands reach besides the system and their workspace.
///
/// @param readable files and folders that they may read, such as a package manager's store
public record Reach(List<Path> readable) {
  /// Nothing more.
  public static final Reach NOTHING = new Reach(List.of());

  public Reach {
    readable = List.copyOf(readable);
  }
}
